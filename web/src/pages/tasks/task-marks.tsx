/** Marks next to the title of a task. */
import { AlarmClock, CornerDownRight, History, type LucideIcon, RotateCcw, TrendingUp } from "lucide-react";
import { countedAttempt, isFinal, type TaskRow } from "../../data/tasks.ts";
import { usePersonName } from "../../domain/actor-name.tsx";
import { cx } from "../../ui/class-names.ts";
import { Clock, Countdown, clockText, Time, useNow } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";

interface MarksProps {
  task: TaskRow;
  /** In a list of subtasks, where the mark of each says nothing. */
  isBelow?: boolean;
}

export function TaskMarks({ task, isBelow = false }: MarksProps) {
  const { parent_task_id, retry_of, has_late_result, escalated_from, due_at, status, priority } = task;
  const attempt = countedAttempt(task);
  return (
    <>
      {priority !== 0 && <Word text={`P ${priority}`} about={`Priority ${priority}`} />}
      {attempt > 1 && (
        <Word text={`try ${attempt}/${task.max_attempts}`} about={`Attempt ${attempt} of ${task.max_attempts}`} />
      )}
      <Holder task={task} />
      {parent_task_id && !isBelow && <Mark icon={CornerDownRight} word="subtask" text="It has a parent task" />}
      {retry_of && <Mark icon={RotateCcw} word="retry" text="A retry of an earlier task" />}
      {escalated_from.length > 0 && <Mark icon={TrendingUp} word="escalated" text="An agent escalated it" />}
      {has_late_result && <Mark icon={History} word="late result" text="A late result was kept" tone="text-blocked" />}
      {due_at && !isFinal(status) && <Overdue dueAt={due_at} />}
    </>
  );
}

/** The person who took the task from its agent. */
function Holder({ task: { held_by: held } }: { task: TaskRow }) {
  const name = usePersonName(held?.user_id);
  if (!held) return null;
  const text = `held by ${name} since ${clockText(held.since)}`;
  return <Word text={text} about="No agent works on it until it is given back." />;
}

/** A value that most tasks do not have. */
function Word({ text, about }: { text: string; about: string }) {
  return (
    <Tip text={about}>
      <span className="relative z-1 inline-block shrink-0 rounded-sm bg-hover px-1 text-xs text-ink-2 tabular-nums">
        {text}
      </span>
    </Tip>
  );
}

interface MarkProps {
  icon: LucideIcon;
  word: string;
  /** The tip, where it says more than the word. */
  text: string;
  tone?: string;
}

function Mark({ icon: Icon, word, text, tone = "text-ink-3" }: MarkProps) {
  return (
    <Tip text={text}>
      <span className={cx("relative z-1 inline-flex shrink-0 items-center gap-0.5 align-[-3px] text-xs", tone)}>
        <Icon aria-hidden className="size-3.5" />
        {word}
      </span>
    </Tip>
  );
}

function Overdue({ dueAt }: { dueAt: string }) {
  return Date.parse(dueAt) < useNow() ? (
    <Mark icon={AlarmClock} word="overdue" text="It was due before now" tone="text-failed" />
  ) : null;
}

/** A shorter rest of a lease is counted down. */
const COUNTED_MS = 30_000;

/** The person who holds the task, when the agent renewed its lease, or how soon the lease ends. */
export function Lease({ task: { held_by: held, lease_expires_at: until, updated_at } }: { task: TaskRow }) {
  const name = usePersonName(held?.user_id);
  if (held) {
    return (
      <span>
        Held by {name} since <Clock at={held.since} />
      </span>
    );
  }
  if (until === null) return <span>Without a lease</span>;
  return <LeaseText until={until} renewedAt={updated_at} />;
}

function LeaseText({ until, renewedAt }: { until: string; renewedAt: string }) {
  const left = Date.parse(until) - useNow();
  if (left <= 0) return <span className="text-failed">Its lease ended; it will be queued again</span>;
  if (left <= COUNTED_MS) {
    return (
      <span className="text-blocked">
        Its lease ends in <Countdown until={until} />
      </span>
    );
  }
  return (
    <span>
      Last sign <Time at={renewedAt} />
    </span>
  );
}
