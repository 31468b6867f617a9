/** Marks next to the title of a task. */
import { AlarmClock, CornerDownRight, History, type LucideIcon, RotateCcw, TrendingUp } from "lucide-react";
import { isFinal, type TaskRow } from "../../data/tasks.ts";
import { cx } from "../../ui/class-names.ts";
import { Countdown, useNow } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";

export function TaskMarks({ task }: { task: TaskRow }) {
  const { parent_task_id, retry_of, has_late_result, escalated_from, due_at, status } = task;
  return (
    <>
      {parent_task_id && <Mark icon={CornerDownRight} text="Subtask" />}
      {retry_of && <Mark icon={RotateCcw} text="A retry" />}
      {escalated_from.length > 0 && <Mark icon={TrendingUp} text="Escalated" />}
      {has_late_result && <Mark icon={History} text="A late result was kept" tone="text-blocked" />}
      {due_at && !isFinal(status) && <Overdue dueAt={due_at} />}
    </>
  );
}

function Mark({ icon: Icon, text, tone = "text-ink-3" }: { icon: LucideIcon; text: string; tone?: string }) {
  return (
    <Tip text={text}>
      <span className={cx("relative z-1 inline-flex shrink-0", tone)}>
        <Icon aria-hidden className="size-3.5" />
        <span className="sr-only">{text}</span>
      </span>
    </Tip>
  );
}

function Overdue({ dueAt }: { dueAt: string }) {
  return Date.parse(dueAt) < useNow() ? <Mark icon={AlarmClock} text="Overdue" tone="text-failed" /> : null;
}

/** The remaining lease of a running task, for rows. */
export function LeaseLeft({ task }: { task: TaskRow }) {
  if (task.status !== "running" || task.lease_expires_at === null) return null;
  return <LeaseClock until={task.lease_expires_at} />;
}

function LeaseClock({ until }: { until: string }) {
  const isLost = Date.parse(until) <= useNow();
  return isLost ? <span className="text-failed">lost</span> : <Countdown until={until} />;
}

export function Lease({ until }: { until: string | null }) {
  return until === null ? (
    <span className="text-ink-2">None. The holder keeps the task until it ends.</span>
  ) : (
    <LeaseText until={until} />
  );
}

function LeaseText({ until }: { until: string }) {
  const isLost = Date.parse(until) <= useNow();
  if (isLost) return <span className="text-failed">Lost. The task will be queued again.</span>;
  return (
    <span>
      Lost in <Countdown until={until} />
    </span>
  );
}
