/** The activity of an agent: its telemetry, its tasks, the tasks it created, its messages and the facts about it. */
import type { Agent, Fact, ObsEvent } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useList } from "../../data/list.ts";
import { onFact } from "../../data/live.tsx";
import { useSession } from "../../data/session.tsx";
import { ActorName } from "../../domain/actor-name.tsx";
import { EVENT_COLUMNS, EventLines, nameOfEvent } from "../../domain/usage/event-columns.tsx";
import { refOf } from "../../domain/usage/event-words.ts";
import { useEvents } from "../../domain/usage/events.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { JsonTree } from "../../ui/json-tree.tsx";
import { Section } from "../../ui/page.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { ShortTable } from "../../ui/short-table.tsx";
import { Time } from "../../ui/time.tsx";
import { MessagesOf, TaskTable } from "./agent-lists.tsx";

export function AgentActivity({ agent: { id }, isPage }: { agent: Agent; isPage: boolean }) {
  useFreshFacts(id);
  return (
    <>
      <Section
        title="Telemetry"
        about={
          <Link to="/live" search={{ agent_id: id }} className="font-medium text-accent-ink hover:underline">
            All events
          </Link>
        }
      >
        <Telemetry agentId={id} isNarrow={!isPage} />
      </Section>
      <Section title="Assigned tasks">
        <TaskTable
          label="Assigned tasks"
          filter={{ assigned_to_agent_id: id }}
          empty="No task is assigned to this agent yet."
          isNarrow={!isPage}
        />
      </Section>
      <Section title="Created tasks">
        <TaskTable
          label="Created tasks"
          filter={{ created_by_agent_id: id }}
          empty="This agent has created no task yet."
          isNarrow={!isPage}
        />
      </Section>
      <Section title="Messages">
        <MessagesOf agentId={id} />
      </Section>
      <Section title="Facts">
        <FactsOf agentId={id} />
      </Section>
    </>
  );
}

/** The shortest time between two reads, because facts come in bursts. */
const READ_EVERY_MS = 1_000;

/** The live feed has no area for audit, so this reads it again after facts about the agent. */
function useFreshFacts(agentId: string): void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onFact(({ actor, subject }) => {
      if (actor.id !== agentId && subject.id !== agentId) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void cache.invalidateQueries({ queryKey: [workspace.id, "audit", "of agent", agentId] });
      }, READ_EVERY_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [agentId, cache, workspace.id]);
}

const PAGE_SIZE = 10;

function Telemetry({ agentId, isNarrow }: { agentId: string; isNarrow: boolean }) {
  const list = useEvents({ agent_id: agentId }, PAGE_SIZE);
  return (
    <ShortTable<ObsEvent>
      label="Telemetry"
      list={list}
      columns={EVENT_COLUMNS.ofAgent}
      idOf={refOf}
      linkOf={(event) => ({ href: `/live/${refOf(event)}`, label: nameOfEvent(event) })}
      lines={(event) => <EventLines event={event} of="agent" />}
      isNarrow={isNarrow}
      empty="This agent has sent no telemetry yet."
    />
  );
}

function FactsOf({ agentId }: { agentId: string }) {
  const list = useList<Fact>({
    key: ["audit", "of agent", agentId],
    page: (client, at, call) => client.audit.list({ ...at, agent_id: agentId }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  return (
    <ShortList label="Facts" list={list} idOf={({ id }) => id} empty="No facts about this agent yet.">
      {({ type, actor, data, created_at }) => (
        <Opening
          line={
            <>
              <AgentLine text={type} className="shrink-0 font-mono text-sm" />
              <span className="flex min-w-0 gap-1 truncate text-sm text-ink-2">
                by <ActorName actor={actor} />
              </span>
            </>
          }
          at={created_at}
          name="data of the fact"
          value={data}
        />
      )}
    </ShortList>
  );
}

interface OpeningProps {
  line: ReactNode;
  at: string;
  name: string;
  value: unknown;
}

/** A line with a document that opens below it. */
function Opening({ line, at, name, value }: OpeningProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <div className="flex min-w-0 items-center gap-2">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={isOpen ? `Hide the ${name}` : `Show the ${name}`}
          className="shrink-0 rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight aria-hidden className={cx("size-4 transition-transform", isOpen && "rotate-90")} />
        </button>
        {line}
        <span className="ml-auto shrink-0 text-sm text-ink-3">
          <Time at={at} />
        </span>
      </div>
      {isOpen && (
        <div className="mt-2 pl-6">
          <JsonTree label={name} value={value} />
        </div>
      )}
    </>
  );
}
