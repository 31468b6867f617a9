/** The reason why a task is blocked, failed or cannot be taken, and the next step. */
import type { ReactNode } from "react";
import { isWithPeople, type TaskDetail, waitsForChildren } from "../../data/tasks.ts";
import { usePersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { eventText } from "../../domain/facts/fact-sentence.ts";
import { TopUpButton } from "../../domain/limits/top-up-button.tsx";
import { WaitingRequest } from "../../domain/requests/waiting-request.tsx";
import { LiftButton } from "../../domain/stops/lift-button.tsx";
import { AnswerTask } from "../../domain/tasks/answer-task.tsx";
import { useDeniedStep } from "../../domain/tasks/denied-step.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Clock, Time } from "../../ui/time.tsx";
import { DEPENDENCY_FAILED, FailedDependencies } from "./failed-dependencies.tsx";

export function TaskWait({ task }: { task: TaskDetail }) {
  const { blocked_reason, gap, status, events } = task;
  if (task.allowed_steps.some(({ step, allowed }) => step === "answer" && allowed)) return <Question task={task} />;
  if (task.held_by) return <Held by={task.held_by} />;
  if (blocked_reason) {
    const title = waitsForChildren(task) ? "Waits for its subtasks" : "Blocked";
    return (
      <Why title={title} reason={blocked_reason.reason} next={blocked_reason.next_step}>
        <Verbs of={blocked_reason} />
      </Why>
    );
  }
  const end = status === "failed" ? events.findLast(({ event_type }) => event_type === "failed") : undefined;
  if (end) {
    const reason = eventText(end).words ?? "The lease of its last attempt was lost.";
    return <Why title="Failed" reason={reason} isFailure />;
  }
  if (!gap) return null;
  return (
    <Why title="Nobody can take it" reason={gap.reason} next={gap.next_step}>
      <Verbs of={gap}>
        Waits since <Clock at={gap.waiting_since} />.
      </Verbs>
      {gap.code === DEPENDENCY_FAILED && <FailedDependencies task={task} />}
    </Why>
  );
}

interface VerbsProps {
  of: { policy_id?: string; stop_id?: string };
  children?: ReactNode;
}

/** The steps that end the wait. */
function Verbs({ of: { policy_id, stop_id }, children }: VerbsProps) {
  if (policy_id === undefined && stop_id === undefined && children === undefined) return null;
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      {children && <span>{children}</span>}
      {policy_id !== undefined && <TopUpButton policyId={policy_id} />}
      {policy_id !== undefined && <WaitingRequest policyId={policy_id} />}
      {stop_id !== undefined && <LiftButton id={stop_id} />}
    </span>
  );
}

/** The question of a blocked task, with the form for its answer. */
function Question({ task }: { task: TaskDetail }) {
  const denied = useDeniedStep()(task, "answer");
  const { assigned_to_agent_id: agentId, blocked_reason, updated_at } = task;
  return (
    <section aria-label="Question" className="space-y-2 rounded bg-blocked-soft px-3 py-2.5">
      <p className="flex flex-wrap items-center gap-x-1.5 text-sm text-ink-2">
        {agentId === null ? "An agent" : <AgentName id={agentId} />}
        {isWithPeople(task) ? "passed this to people" : "asks"} · <Time at={updated_at} />
      </p>
      <div className="text-lg font-medium">
        <AgentText text={blocked_reason?.reason ?? ""} />
      </div>
      <AnswerTask task={task} denied={denied} />
    </section>
  );
}

function Held({ by }: { by: NonNullable<TaskDetail["held_by"]> }) {
  return (
    <p role="note" className="rounded bg-running-soft px-3 py-2 text-sm">
      Held by {usePersonName(by.user_id)} since <Clock at={by.since} />.{" "}
      <span className="text-ink-2">No agent works on it until it is given back.</span>
    </p>
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
      {children && <div className="mt-2 text-sm text-ink-2 empty:hidden">{children}</div>}
    </div>
  );
}
