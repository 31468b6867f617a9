/** The health of the agents today, the weakest first, with the reasons. */
import type { AgentHealth } from "@bailiwick/sdk";
import { ChevronRight, HeartPulse } from "lucide-react";
import { useState } from "react";
import { useList } from "../../data/list.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { HealthParts, HealthScore, weakestReason } from "../../domain/usage/health-parts.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { counted } from "../../ui/count.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";

const PAGE_SIZE = 200;

export function HealthPage() {
  const list = useList<AgentHealth>({
    key: ["obs", "health", {}],
    page: (client, at, call) => client.obs.listHealth(at, call),
    idOf: ({ agent_id }) => agent_id,
    pageSize: PAGE_SIZE,
  });
  const rows = list.rows.toSorted((a, b) => (a.score ?? 101) - (b.score ?? 101) || (a.agent_id < b.agent_id ? -1 : 1));
  const weak = rows.filter(({ score }) => score !== null && score < 80).length;
  return (
    <Page
      title="Health"
      about={
        rows.length > 0 && (
          <span className="text-sm text-ink-3">
            {weak === 0 ? "Every known score is good" : `${counted(weak, "agent")} to look at`} · today, in UTC
          </span>
        )
      }
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
          />
        ) : (
          <ul aria-label="Health of the agents">
            {rows.map((health) => (
              <AgentLine key={health.agent_id} health={health} />
            ))}
          </ul>
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

function AgentLine({ health }: { health: AgentHealth }) {
  const [isOpen, setOpen] = useState(health.score !== null && health.score < 50);
  const { agent_id, agent_name, score, parts } = health;
  return (
    <li className="border-b border-line">
      <div className="relative flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1.5 hover:bg-hover">
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
        <span className="flex w-52 min-w-0 max-sm:grow">
          <AgentName id={agent_id} />
        </span>
        <span className="w-36">
          <HealthScore score={score} />
        </span>
        <span className="min-w-0 grow truncate text-sm text-ink-2 max-sm:basis-full max-sm:pl-8">
          {weakestReason(health) ?? (score === null ? "No part is known today." : "")}
        </span>
      </div>
      {isOpen && (
        <div className="max-w-3xl pt-1 pr-4 pb-4 pl-12 max-sm:pl-4">
          <HealthParts parts={parts} />
        </div>
      )}
    </li>
  );
}
