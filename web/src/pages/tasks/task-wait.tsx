/** The reason why a task is blocked, failed or cannot be taken, and the next step. */
import type { ReactNode } from "react";
import { type TaskDetail, waitsForChildren } from "../../data/tasks.ts";
import { eventText } from "../../domain/facts/fact-sentence.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Time } from "../../ui/time.tsx";
import { DEPENDENCY_FAILED, FailedDependencies } from "./failed-dependencies.tsx";

export function TaskWait({ task }: { task: TaskDetail }) {
  const { blocked_reason, gap, status, events } = task;
  if (blocked_reason) {
    const title = waitsForChildren(task) ? "Waits for its subtasks" : "Blocked";
    return <Why title={title} reason={blocked_reason.reason} next={blocked_reason.next_step} />;
  }
  const end = status === "failed" ? events.findLast(({ event_type }) => event_type === "failed") : undefined;
  if (end) {
    const reason = eventText(end).words ?? "The lease of its last attempt was lost.";
    return <Why title="Failed" reason={reason} isFailure />;
  }
  if (!gap) return null;
  return (
    <Why title="Nobody can take it" reason={gap.reason} next={gap.next_step}>
      Waiting since <Time at={gap.waiting_since} />.
      {gap.code === DEPENDENCY_FAILED && <FailedDependencies task={task} />}
    </Why>
  );
}

interface WhyProps {
  title: string;
  reason: string;
  next?: string | undefined;
  isFailure?: boolean;
  children?: ReactNode;
}

function Why({ title, reason, next, isFailure = false, children }: WhyProps) {
  return (
    <div
      role="note"
      aria-label={title}
      className={cx("rounded px-3 py-2", isFailure ? "bg-failed-soft" : "bg-blocked-soft")}
    >
      <p className={cx("text-sm font-medium", isFailure ? "text-failed" : "text-blocked")}>{title}</p>
      <AgentText text={reason} />
      {next && (
        <div className="mt-1 text-sm text-ink-2">
          <AgentText text={next} />
        </div>
      )}
      {children && <div className="mt-1 text-sm text-ink-2">{children}</div>}
    </div>
  );
}
