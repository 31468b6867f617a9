/** The columns of the list of events. */
import type { ObsEvent } from "@bailiwick/sdk";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { EventCost } from "../../domain/usage/event-cost.tsx";
import { aboutOf, eventLook } from "../../domain/usage/event-words.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Count } from "../../ui/count.tsx";
import { durationText } from "../../ui/duration.ts";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";

const TYPE: Column<ObsEvent> = {
  id: "type",
  header: "Event",
  width: "132px",
  cell: (event) => <EventType event={event} />,
};
const ABOUT: Column<ObsEvent> = {
  id: "about",
  header: "About",
  width: "minmax(160px,1fr)",
  cell: (event) => (
    <AgentLine
      text={aboutOf(event)}
      className={cx("truncate", event.status === "error" ? "text-failed" : "text-ink-2")}
    />
  ),
};
const AGENT: Column<ObsEvent> = {
  id: "agent",
  header: "Agent",
  width: "minmax(132px,176px)",
  cell: ({ agent_id }) => agent_id && <AgentName id={agent_id} />,
};
const NUMBERS: readonly Column<ObsEvent>[] = [
  {
    id: "tokens_in",
    header: "Tokens in",
    width: "76px",
    isRight: true,
    cell: ({ tokens_in }) => <Tokens value={tokens_in} />,
  },
  {
    id: "tokens_out",
    header: "Out",
    width: "60px",
    isRight: true,
    cell: (event) => <Tokens value={event.tokens_out} />,
  },
  {
    id: "latency",
    header: "Latency",
    width: "72px",
    isRight: true,
    cell: ({ latency_ms }) => latency_ms !== null && <span className="tabular-nums">{durationText(latency_ms)}</span>,
  },
];
const COST: Column<ObsEvent> = {
  id: "cost",
  header: "Cost",
  width: "80px",
  isRight: true,
  cell: (event) => <EventCost event={event} />,
};
const WHEN: Column<ObsEvent> = {
  id: "when",
  header: "When",
  width: "64px",
  isRight: true,
  cell: ({ occurred_at }) => (
    <span className="relative z-1 text-sm text-ink-3">
      <Time at={occurred_at} />
    </span>
  ),
};

const ALL = [TYPE, ABOUT, AGENT, ...NUMBERS, COST, WHEN];
const NARROW = [TYPE, ABOUT, COST, WHEN];

/** `isNarrow`: a panel is open. */
export const useEventColumns = (isNarrow: boolean): readonly Column<ObsEvent>[] => (isNarrow ? NARROW : ALL);

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

/** An event in two lines, on a phone. */
export function EventLines({ event }: { event: ObsEvent }) {
  return (
    <span className="block space-y-1">
      <span className="flex min-w-0 items-center gap-2">
        <EventType event={event} />
        <AgentLine text={aboutOf(event)} className="min-w-0 grow truncate text-ink-2" />
        <EventCost event={event} />
      </span>
      <span className="flex min-w-0 items-center gap-3 text-sm text-ink-2">
        {event.agent_id && <AgentName id={event.agent_id} isLink={false} />}
        {event.latency_ms !== null && (
          <span className="shrink-0 whitespace-nowrap tabular-nums">{durationText(event.latency_ms)}</span>
        )}
        <span className="ml-auto shrink-0 text-ink-3">
          <Time at={event.occurred_at} />
        </span>
      </span>
    </span>
  );
}
