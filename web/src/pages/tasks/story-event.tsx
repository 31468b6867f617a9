/** One event of the story. */
import type { TaskEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import {
  ArrowUpRight,
  Ban,
  Braces,
  CircleCheck,
  CirclePlay,
  CircleX,
  Hourglass,
  type LucideIcon,
  OctagonPause,
  Plus,
  RotateCcw,
  TrendingUp,
  UserRound,
  Wrench,
} from "lucide-react";
import { useState } from "react";
import { useRead } from "../../data/query.ts";
import type { TaskDetail } from "../../data/tasks.ts";
import { type FactKind, factKind } from "../../domain/facts/fact-kind.ts";
import { Parts } from "../../domain/facts/fact-line.tsx";
import { eventText } from "../../domain/facts/fact-sentence.ts";
import { progressOf } from "../../domain/facts/progress.ts";
import { TombstoneLine, useTombstone, WithdrawButton } from "../../domain/withdraw.tsx";
import { AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { JsonTree } from "../../ui/json-tree.tsx";
import { Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { AcceptLate } from "./accept-late.tsx";
import type { StoryLine } from "./compact-story.ts";

type Look = [icon: LucideIcon, tone: string];

const LOOKS: Record<FactKind, Look> = {
  work: [ArrowUpRight, "text-ink-3"],
  done: [CircleCheck, "text-completed"],
  stuck: [OctagonPause, "text-blocked"],
  wrong: [Hourglass, "text-failed"],
  message: [ArrowUpRight, "text-ink-3"],
  change: [ArrowUpRight, "text-ink-3"],
};
/** The events that do not look like others of their kind. */
const OWN_LOOKS: Partial<Record<TaskEvent["event_type"], Look>> = {
  created: [Plus, "text-ink-3"],
  assigned: [UserRound, "text-ink-3"],
  started: [CirclePlay, "text-running"],
  tool_call: [Wrench, "text-ink-3"],
  tool_result: [Wrench, "text-ink-3"],
  failed: [CircleX, "text-failed"],
  escalated: [TrendingUp, "text-blocked"],
  unblocked: [RotateCcw, "text-ink-3"],
  canceled: [Ban, "text-ink-3"],
  late_result: [Hourglass, "text-blocked"],
  late_accepted: [CircleCheck, "text-completed"],
  released: [RotateCcw, "text-ink-3"],
  retried: [RotateCcw, "text-failed"],
};

/** The events with content of their own. */
const REPORTED = /^(?:progress|tool_|late_)/;

interface EventProps extends Omit<StoryLine, "key"> {
  task: TaskDetail;
  isTarget: boolean;
}

export function StoryEvent({ task, event: listed, folded, isTarget }: EventProps) {
  const [isOpen, setOpen] = useState(false);
  const event = useWholeEvent(listed, isOpen);
  const { parts, words } = eventText(event);
  const [Icon, tone] = OWN_LOOKS[event.event_type] ?? LOOKS[factKind(`task.${event.event_type}`)];
  const tombstone = useTombstone(event.payload, event.task_id);
  const hasPayload = Object.keys(event.payload).length > 0;
  return (
    <li
      id={event.id}
      className={cx(
        "relative flex gap-3 rounded-sm pb-3 last:pb-0 [contain-intrinsic-size:auto_36px] [content-visibility:auto]",
        "before:absolute before:top-6 before:bottom-0.5 before:left-[7px] before:w-px before:bg-line last:before:hidden",
        isTarget && "bg-selected",
      )}
    >
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", tone)} />
      <div className="min-w-0 grow">
        <div className="flex items-start gap-3">
          <p className="min-w-0 grow [overflow-wrap:anywhere] first-letter:uppercase">
            <Parts parts={parts} />
            {folded > 0 && <span className="text-sm text-ink-3"> · {folded} more before</span>}
          </p>
          {REPORTED.test(event.event_type) && !tombstone && (
            <WithdrawButton subject={{ kind: "event", id: event.id, task_id: event.task_id }} what="this event" />
          )}
          {hasPayload && !tombstone && <DataButton isOpen={isOpen} onPress={() => setOpen(!isOpen)} />}
          <EventTime event={event} />
        </div>
        {tombstone && <TombstoneLine tombstone={tombstone} />}
        <ProgressBar payload={event.payload} />
        {words && !isShownAbove(task, event) && (
          <div className="mt-0.5 text-ink-2">
            <AgentText text={words} />
          </div>
        )}
        {event.event_type === "late_result" && <AcceptLate task={task} event={event} />}
        {isOpen && <JsonTree value={event.payload} label="Data of the event" />}
      </div>
    </li>
  );
}

/** The output of a completed task has a part of its own above the story. */
const isShownAbove = ({ output, status }: TaskDetail, { event_type }: TaskEvent): boolean =>
  event_type === "completed" && status === "completed" && output !== null;

/** A list leaves out long data, so the data of an opened event is read again. */
function useWholeEvent(listed: TaskEvent, isOpen: boolean): TaskEvent {
  const { id: event_id, task_id: id, payload } = listed;
  const { data = listed } = useRead(
    ["tasks", "event", event_id],
    (client, call) => client.tasks.getEvent({ id, event_id }, call),
    { enabled: isOpen && "payload_sha256" in payload },
  );
  return data;
}

function DataButton({ isOpen, onPress }: { isOpen: boolean; onPress: () => void }) {
  return (
    <Tip text={isOpen ? "Hide the data" : "Show the data"}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label="Data of the event"
        className={cx("mt-px shrink-0 rounded-sm p-0.5 hover:text-ink", isOpen ? "text-ink" : "text-ink-3")}
        onClick={onPress}
      >
        <Braces aria-hidden className="size-3.5" />
      </button>
    </Tip>
  );
}

function EventTime({ event: { id, task_id, created_at } }: { event: TaskEvent }) {
  return (
    <Tip text="Link to this event">
      <Link
        to="/tasks/$id"
        params={{ id: task_id }}
        hash={id}
        className="mt-px shrink-0 rounded-sm text-sm text-ink-3 hover:text-ink hover:underline"
      >
        <Time at={created_at} />
      </Link>
    </Tip>
  );
}

function ProgressBar({ payload }: { payload: Record<string, unknown> }) {
  const { share, text } = progressOf(payload);
  if (share === undefined) return null;
  return (
    <div className="mt-1 flex max-w-sm items-center gap-2">
      <div
        role="progressbar"
        aria-label="Progress"
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={text}
        className="forced-color-adjust-none h-1.5 grow overflow-hidden rounded-full bg-pressed"
      >
        <div className="h-full bg-running" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
