/** The health of the agents today, the worst first, with the reasons. */
import type { AgentHealth } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { ChevronRight, HeartPulse } from "lucide-react";
import { useState } from "react";
import { useAgent } from "../../data/agents.ts";
import { useList } from "../../data/list.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { ConnectAgent } from "../../domain/connect-agent.tsx";
import { HealthParts, HealthScore, PartBar } from "../../domain/usage/health-parts.tsx";
import {
  type HealthLevel,
  healthLevel,
  PART_WORDS,
  PARTS,
  reasonsOf,
  worstFirst,
} from "../../domain/usage/health-words.ts";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { countText } from "../../ui/count.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { useIsPhone } from "../../ui/use-media.ts";

const PAGE_SIZE = 200;

export function HealthPage() {
  const list = useList<AgentHealth>({
    key: ["obs", "health", {}],
    page: (client, at, call) => client.obs.listHealth(at, call),
    idOf: ({ agent_id }) => agent_id,
    pageSize: PAGE_SIZE,
  });
  const rows = worstFirst(list.rows);
  return (
    <Page
      title="Health"
      about={rows.length > 0 && <span className="text-sm text-ink-3">{sumText(rows)} · today, in UTC</span>}
    >
      <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        {list.isLoading ? (
          <Skeleton lines={9} className="p-4" />
        ) : list.error ? (
          <ErrorState error={list.error} retry={list.reload} />
        ) : rows.length === 0 ? (
          <Empty
            title="No agent sent events in the last 8 days, so no health is known."
            icon={<HeartPulse className="size-6" strokeWidth={1.5} />}
          >
            <ConnectAgent />
          </Empty>
        ) : (
          <>
            <Heads />
            <ul aria-label="Health of the agents">
              {rows.map((health) => (
                <AgentLine key={health.agent_id} health={health} />
              ))}
            </ul>
          </>
        )}
        {list.hasMore && (
          <Button size="small" className="m-4" isBusy={list.isLoadingMore} onClick={list.loadMore}>
            Show more
          </Button>
        )}
      </div>
    </Page>
  );
}

const LEVEL_WORDS: Record<HealthLevel, string> = {
  unwell: "unwell",
  look: "to look at",
  silent: "silent",
  slow: "slow",
  healthy: "healthy",
};

/** `1 unwell · 2 to look at · 9 healthy`. */
function sumText(rows: readonly AgentHealth[]): string {
  const counts = Map.groupBy(rows, healthLevel);
  return [...counts].map(([level, { length }]) => `${countText(length)} ${LEVEL_WORDS[level]}`).join(" · ");
}

const LINE =
  "grid grid-cols-[16px_minmax(160px,232px)_116px_minmax(0,1fr)_repeat(4,64px)_72px] items-center gap-x-4 px-4 max-lg:grid-cols-[16px_minmax(160px,232px)_116px_minmax(0,1fr)_72px]";

/** The list below says all of it to screen readers. */
function Heads() {
  return (
    <div
      aria-hidden
      className={cx(LINE, "sticky top-0 z-10 h-8 border-b border-line bg-canvas text-sm text-ink-3 max-sm:hidden")}
    >
      <span className="col-start-2">Agent</span>
      <span>Score of 100</span>
      <span>Why</span>
      {PARTS.map((name) => (
        <span key={name} className="max-lg:hidden">
          {PART_WORDS[name]}
        </span>
      ))}
      <span className="text-right">Last seen</span>
    </div>
  );
}

function AgentLine({ health }: { health: AgentHealth }) {
  const [isOpen, setOpen] = useState(false);
  const isPhone = useIsPhone();
  const { agent_id, agent_name, parts } = health;
  return (
    <li className="border-b border-line">
      <div
        className={cx(
          LINE,
          "relative min-h-10 gap-y-1 py-1.5 hover:bg-hover max-sm:grid-cols-[16px_minmax(0,1fr)_auto] max-sm:gap-x-2 max-sm:py-2.5",
        )}
      >
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`Parts of the health of ${agent_name}`}
          className="absolute inset-0 -outline-offset-2"
          onClick={() => setOpen(!isOpen)}
        />
        <ChevronRight
          aria-hidden
          className={cx("size-4 shrink-0 text-ink-3 transition-transform", isOpen && "rotate-90")}
        />
        <span className="flex min-w-0">
          <AgentName id={agent_id} isLink={!isPhone} />
        </span>
        <HealthScore of={health} />
        <Reasons of={health} />
        {PARTS.map((name) => {
          const part = parts[name];
          return (
            <span key={name} className="relative z-1 max-lg:hidden">
              {part && <PartBar name={PART_WORDS[name]} part={part} />}
            </span>
          );
        })}
        <span className="relative z-1 text-right text-sm text-ink-3 max-sm:hidden">
          <LastSeen id={agent_id} />
        </span>
      </div>
      {isOpen && <Opened health={health} />}
    </li>
  );
}

/** The worst reason; the others stand in the opened line. */
function Reasons({ of: health }: { of: AgentHealth }) {
  const [worst, ...others] = reasonsOf(health);
  const look = "min-w-0 text-sm text-ink-2 max-sm:col-span-2 max-sm:col-start-2";
  if (worst === undefined) {
    return <span className={look}>{health.score === null ? "It sent no event today." : ""}</span>;
  }
  return (
    <span className={look}>
      {worst}
      {others.length > 0 && <span className="whitespace-nowrap text-ink-3"> +{others.length} more</span>}
    </span>
  );
}

function LastSeen({ id }: { id: string }) {
  return <Time at={useAgent(id)?.presence.last_seen_at} empty="never" />;
}

const MORE = "font-medium text-accent-ink hover:underline";

function Opened({ health: { agent_id, parts } }: { health: AgentHealth }) {
  return (
    <div className="max-w-3xl pt-1 pr-4 pb-4 pl-12 max-sm:pl-10">
      <HealthParts parts={parts} />
      <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <Link to="/agents/$id" params={{ id: agent_id }} className={MORE}>
          Agent
        </Link>
        <Link to="/runs" search={{ agent_id, status: "error" }} className={MORE}>
          Failed runs
        </Link>
        <Link to="/live" search={{ agent_id, status: "error" }} className={MORE}>
          Errors
        </Link>
        <Link to="/live" search={{ agent_id, event_type: "llm_call" }} className={MORE}>
          Model calls
        </Link>
      </p>
    </div>
  );
}
