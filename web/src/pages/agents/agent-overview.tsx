/** The overview of an agent: its running tasks, its limit, its place in the team and its last messages. */
import type { Agent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useRoles } from "../../data/roles.ts";
import { useSession } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { ROLE_WORDS, TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { LoadBar } from "../../domain/agents/load-bar.tsx";
import { AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Id } from "../../ui/id.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";
import { AgentHealth } from "./agent-health.tsx";
import { MessagesOf, TasksOf } from "./agent-lists.tsx";
import { AgentUsage } from "./agent-usage.tsx";

const MESSAGES_SHOWN = 3;
const MORE = "font-medium text-accent-ink hover:underline";

export function AgentOverview({ agent, isPage }: { agent: Agent; isPage: boolean }) {
  const { permissions } = useSession();
  return (
    <div className={cx(isPage && "lg:grid lg:grid-cols-[minmax(0,1fr)_320px]")}>
      <div className="min-w-0">
        <Section title="Now">
          <Now agent={agent} />
        </Section>
        {permissions.has("obs:read") && <Telemetry agentId={agent.id} />}
        <Section
          title="Running tasks"
          about={
            <Link to="/tasks" search={{ assigned_to_agent_id: agent.id }} className={MORE}>
              All tasks
            </Link>
          }
        >
          <TasksOf
            label="Running tasks"
            filter={{ assigned_to_agent_id: agent.id, status: "running" }}
            empty="No task is running."
          />
        </Section>
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
        <Section title="About">
          <About agent={agent} />
        </Section>
      </div>
    </div>
  );
}

function Telemetry({ agentId }: { agentId: string }) {
  return (
    <>
      <Section
        title="Usage"
        about={
          <Link to="/live" search={{ agent_id: agentId }} className={MORE}>
            All events
          </Link>
        }
      >
        <AgentUsage agentId={agentId} />
      </Section>
      <Section title="Health">
        <AgentHealth agentId={agentId} />
      </Section>
    </>
  );
}

/** The head of the page has the state of the agent. */
function Now({ agent: { presence, max_running_tasks: max } }: { agent: Agent }) {
  const { last_seen_at, current_tasks: running } = presence;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <LoadBar running={running} max={max} />
      <span className="text-sm text-ink-2">
        {max !== null && (running >= max ? "at its limit" : `${max - running} more at once`)}
      </span>
      <span className="text-sm text-ink-3">
        last seen <Time at={last_seen_at} empty="never" />
      </span>
    </div>
  );
}

function About({ agent }: { agent: Agent }) {
  return (
    <Facts>
      {agent.description && (
        <FactLine name="Description">
          <AgentText text={agent.description} />
        </FactLine>
      )}
      {agent.personality && (
        <FactLine name="Personality">
          <AgentText text={agent.personality} />
        </FactLine>
      )}
      <Place agentId={agent.id} />
      <FactLine name="Connection">
        {TYPE_WORDS[agent.agent_type]}
        {agent.connection_url !== null && (
          // Plain text, because the address is for programs and not for people.
          <bdi className="block font-mono text-sm break-all text-ink-2">{agent.connection_url}</bdi>
        )}
      </FactLine>
      {agent.total_posts > 0 && (
        <FactLine name="Posts">
          {agent.total_posts}
          {agent.last_post_at && (
            <span className="text-sm text-ink-2">
              , last <Time at={agent.last_post_at} />
            </span>
          )}
        </FactLine>
      )}
      <FactLine name="Created">
        <Time at={agent.created_at} />
      </FactLine>
      <FactLine name="Revision">{agent.revision}</FactLine>
      <FactLine name="Id">
        <Id id={agent.id} />
      </FactLine>
    </Facts>
  );
}

/** The role of the agent in the team. */
function Place({ agentId }: { agentId: string }) {
  const { roles, isLoading } = useRoles();
  const role = roles?.get(agentId);
  const unknown = isLoading ? "…" : "unknown";
  return (
    <>
      <FactLine name="Role">{!roles ? unknown : role ? ROLE_WORDS[role.role] : <None />}</FactLine>
      {role && <FactLine name="Reports to">{role.reports_to ? <AgentName id={role.reports_to} /> : "Nobody"}</FactLine>}
    </>
  );
}

const None = () => <span className="text-ink-3">None</span>;
