/** The columns of lists of events. */
import type { ObsEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Count } from "../../ui/count.tsx";
import { durationText } from "../../ui/duration.ts";
import { shortId } from "../../ui/id.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { exact, Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { EventCost } from "./event-cost.tsx";
import { aboutOf, eventLook, latenessOf } from "./event-words.ts";
import { TaskName } from "./task-name.tsx";

const TYPE: Column<ObsEvent> = {
  id: "type",
  header: "Event",
  width: "128px",
  cell: (event) => <EventType event={event} />,
};
const ABOUT: Column<ObsEvent> = {
  id: "about",
  header: "Model or tool",
  width: "minmax(140px,1.3fr)",
  cell: (event) => <EventAbout event={event} />,
};
const AGENT: Column<ObsEvent> = {
  id: "agent",
  header: "Agent",
  width: "minmax(128px,168px)",
  cell: ({ agent_id }) => agent_id && <AgentName id={agent_id} />,
};
const TASK: Column<ObsEvent> = {
  id: "task",
  header: "Task",
  width: "minmax(112px,1fr)",
  cell: ({ task_id }) => task_id && <TaskName id={task_id} isLine />,
};
const RUN: Column<ObsEvent> = {
  id: "run",
  header: "Run",
  width: "64px",
  cell: ({ run_id }) =>
    run_id && (
      <Link
        to="/runs/$id"
        params={{ id: run_id }}
        aria-label={`Run ${shortId(run_id)}`}
        className="relative z-1 font-mono text-xs text-ink-2 hover:underline"
      >
        {shortId(run_id)}
      </Link>
    ),
};
const TOKENS: readonly Column<ObsEvent>[] = [
  {
    id: "tokens_in",
    header: "Tokens in",
    width: "72px",
    isRight: true,
    cell: ({ tokens_in }) => <Tokens value={tokens_in} />,
  },
  {
    id: "tokens_out",
    header: "Out",
    width: "52px",
    isRight: true,
    cell: ({ tokens_out }) => <Tokens value={tokens_out} />,
  },
];
const LATENCY: Column<ObsEvent> = {
  id: "latency",
  header: "Duration",
  width: "84px",
  isRight: true,
  cell: ({ latency_ms }) => latency_ms !== null && <span className="tabular-nums">{durationText(latency_ms)}</span>,
};
const COST: Column<ObsEvent> = {
  id: "cost",
  header: "Cost",
  width: "84px",
  isRight: true,
  cell: (event) => <EventCost event={event} isAligned />,
};
const ARRIVED: Column<ObsEvent> = {
  id: "arrived",
  header: "Arrived",
  width: "112px",
  isRight: true,
  cell: (event) => <Arrived event={event} />,
};

export const EVENT_COLUMNS = {
  all: [TYPE, ABOUT, AGENT, TASK, RUN, ...TOKENS, LATENCY, COST, ARRIVED],
  /** Without the tokens, on a screen without room for them. */
  most: [TYPE, ABOUT, AGENT, TASK, RUN, LATENCY, COST, ARRIVED],
  narrow: [
    { ...TYPE, width: "112px" },
    { ...ABOUT, width: "minmax(96px,1fr)" },
    { ...AGENT, width: "minmax(112px,1fr)" },
    COST,
    ARRIVED,
  ],
  ofAgent: [TYPE, ABOUT, TASK, LATENCY, COST, ARRIVED],
  ofTask: [TYPE, ABOUT, AGENT, LATENCY, COST, ARRIVED],
} as const satisfies Record<string, readonly Column<ObsEvent>[]>;

function Tokens({ value }: { value: number | null }) {
  return value !== null && <Count value={value} />;
}

export function EventType({ event: { event_type, status } }: { event: ObsEvent }) {
  const { word, icon: Icon } = eventLook(event_type);
  const isError = status === "error";
  return (
    <span className={cx("flex min-w-0 items-center gap-2", isError && "text-failed")}>
      <Icon aria-hidden className={cx("size-4 shrink-0", !isError && "text-ink-3")} strokeWidth={1.75} />
      <bdi className="truncate">{word}</bdi>
      {isError && event_type !== "error" && <span className="sr-only"> failed</span>}
    </span>
  );
}

function EventAbout({ event, className }: { event: ObsEvent; className?: string }) {
  const about = aboutOf(event);
  if (about === "") return null;
  const look = event.status === "error" ? "text-failed" : "text-ink-2";
  return <AgentLine text={about} className={cx("truncate", look, className)} />;
}

/** The list is in the order of arrival. The time of the event stands there too, when it is another. */
function Arrived({ event }: { event: ObsEvent }) {
  const late = latenessOf(event);
  return (
    <span className="relative z-1 inline-flex max-w-full justify-end gap-1.5 text-sm text-ink-3">
      {late && (
        <Tip text={`It happened ${exact(event.occurred_at)}`}>
          <span className="truncate italic">{late}</span>
        </Tip>
      )}
      <Time at={event.created_at} />
    </span>
  );
}

export const nameOfEvent = (event: ObsEvent): string =>
  [eventLook(event.event_type).word, aboutOf(event)].filter(Boolean).join(" ");

/** An event in two lines, on a phone and in a panel. `of`: the page whose name each line would repeat. */
export function EventLines({ event, of }: { event: ObsEvent; of?: "agent" | "task" }) {
  const { agent_id, task_id, latency_ms } = event;
  return (
    <span className="block space-y-1">
      <span className="flex min-w-0 items-center gap-2">
        <span className="shrink-0">
          <EventType event={event} />
        </span>
        <EventAbout event={event} className="min-w-0 grow" />
        <span className="ml-auto shrink-0">
          <EventCost event={event} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-3 text-sm text-ink-2">
        {agent_id && of !== "agent" && <AgentName id={agent_id} isLink={false} />}
        {task_id && of === "agent" && <TaskName id={task_id} isLine />}
        {latency_ms !== null && (
          <span className="shrink-0 whitespace-nowrap tabular-nums">{durationText(latency_ms)}</span>
        )}
        <span className="ml-auto shrink-0">
          <Arrived event={event} />
        </span>
      </span>
    </span>
  );
}
