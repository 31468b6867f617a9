/** The overview of an agent: its running tasks, its limit, its place in the team and its last messages. */
import type { Agent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Suspense } from "react";
import { useRoles } from "../../data/roles.ts";
import { useSession } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { ROLE_WORDS } from "../../domain/agents/agent-words.ts";
import { LoadBar } from "../../domain/agents/load-bar.tsx";
import { AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { counted } from "../../ui/count.tsx";
import { Id } from "../../ui/id.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { Sentence } from "../../ui/sentence.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { CapBanner, CapBars } from "./agent-caps.tsx";
import { AgentHealth } from "./agent-health.tsx";
import { MessagesOf, TasksOf } from "./agent-lists.tsx";
import { AgentUsage } from "./agent-usage.tsx";

const AgentLink = lazyPart(() => import("./agent-link.tsx"), "AgentLink");

const MESSAGES_SHOWN = 3;
const MORE = "font-medium text-accent-ink hover:underline";

export function AgentOverview({ agent, isPage }: { agent: Agent; isPage: boolean }) {
  const { permissions } = useSession();
  return (
    <div className={cx(isPage && "lg:grid lg:min-h-full lg:grid-cols-[minmax(0,1fr)_320px]")}>
      <div className="min-w-0">
        <CapBanner agentId={agent.id} />
        <Section
          title="Now"
          about={
            <Link to="/tasks" search={{ assigned_to_agent_id: agent.id }} className={MORE}>
              All tasks
            </Link>
          }
        >
          <Now agent={agent} />
          <TasksOf label="Running tasks" filter={{ assigned_to_agent_id: agent.id, status: "running" }} />
        </Section>
        {permissions.has("obs:read") && <Telemetry agentId={agent.id} isPage={isPage} />}
        <Section
          title="Last messages"
          about={
            <Link to="/messages" search={{ agent_id: agent.id }} className={MORE}>
              All messages
            </Link>
          }
        >
          <MessagesOf agentId={agent.id} pageSize={MESSAGES_SHOWN} />
        </Section>
      </div>
      <div className={cx("min-w-0 border-t border-line", isPage && "lg:border-t-0 lg:border-l")}>
        {agent.agent_type !== "direct" && (
          <Suspense fallback={<Skeleton lines={4} className="p-4" />}>
            <AgentLink agent={agent} />
          </Suspense>
        )}
        <Section title="About">
          <About agent={agent} />
        </Section>
      </div>
    </div>
  );
}

function Telemetry({ agentId, isPage }: { agentId: string; isPage: boolean }) {
  return (
    <div
      className={cx(
        "border-t border-line",
        isPage && "xl:grid xl:grid-cols-2 xl:divide-x xl:divide-line xl:*:border-t-0",
      )}
    >
      <Section
        title="Usage"
        about={
          <Link to="/live" search={{ agent_id: agentId }} className={MORE}>
            All events
          </Link>
        }
      >
        <AgentUsage agentId={agentId} />
        <CapBars agentId={agentId} />
      </Section>
      <Section title="Health">
        <AgentHealth agentId={agentId} />
      </Section>
    </div>
  );
}

/** The head of the page has the state of the agent. */
function Now({ agent: { presence, parked, max_running_tasks: max } }: { agent: Agent }) {
  const { last_seen_at, current_tasks: running } = presence;
  const room = max === null ? "any number at once" : running >= max ? "at its limit" : `${max - running} more at once`;
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-2">
      {max === null ? (
        running === 0 ? (
          "No task is running"
        ) : (
          counted(running, "running task")
        )
      ) : (
        <LoadBar running={running} max={max} />
      )}
      <span className="text-ink-3">
        · {room} · last call <Time at={last_seen_at} empty="never" />
      </span>
      {parked && (
        <span className="basis-full text-blocked">
          Its model provider {parked.code === "provider_quota" ? "gives it no quota" : "has no capacity"} until{" "}
          <Time at={parked.until} />
          {parked.fallback_model === null ? ", so it starts nothing." : `. It uses ${parked.fallback_model} meanwhile.`}
        </span>
      )}
    </div>
  );
}

function About({ agent }: { agent: Agent }) {
  return (
    <div className="space-y-3">
      {agent.description && <AgentText text={agent.description} />}
      {agent.personality && (
        <div className="text-ink-2">
          <AgentText text={agent.personality} />
        </div>
      )}
      <Place agentId={agent.id} />
      <Sentence>
        {agent.agent_type === "direct" && "Direct connection. "}Created <Time at={agent.created_at} />
        {agent.revision > 1 && `, changed ${counted(agent.revision - 1, "time")}`}.
      </Sentence>
      {agent.total_posts > 0 && (
        <Sentence>
          {counted(agent.total_posts, "post")}
          {agent.last_post_at && (
            <>
              , the last one <Time at={agent.last_post_at} />
            </>
          )}
          .
        </Sentence>
      )}
      <Facts>
        {agent.connection_url !== null && (
          <FactLine name="Address">
            {/* Plain text, because the address is for programs and not for people. */}
            <bdi className="font-mono text-sm break-all text-ink-2">{agent.connection_url}</bdi>
          </FactLine>
        )}
        <FactLine name="Id">
          <Id id={agent.id} />
        </FactLine>
      </Facts>
    </div>
  );
}

/** The role of the agent in the team. */
function Place({ agentId }: { agentId: string }) {
  const { roles, isLoading } = useRoles();
  const role = roles?.get(agentId);
  if (!roles) return <p className="text-ink-3">{isLoading ? "…" : "Its role is unknown."}</p>;
  if (!role) return <Sentence>It has no role in the team.</Sentence>;
  return (
    <Sentence>
      {ROLE_WORDS[role.role]}
      {role.reports_to ? (
        <>
          , reports to <AgentName id={role.reports_to} />.
        </>
      ) : (
        ", reports to nobody."
      )}
    </Sentence>
  );
}
