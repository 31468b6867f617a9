/** Pure decisions about tasks: which step may follow which state, who holds a task, who may take which step. */
import { Problem } from "../kernel/problem.ts";
import type { Status } from "./schema.ts";

/** The states each step may start from. The diagram in README.md is drawn from this table. */
export const STEPS = {
  start: ["queued", "blocked"],
  heartbeat: ["running"],
  add_event: ["running"],
  block: ["running"],
  complete: ["running"],
  fail: ["running"],
  release: ["running"],
  cancel: ["queued", "running", "blocked"],
  assign: ["queued", "running", "blocked"],
  escalate: ["queued", "running", "blocked"],
  retry: ["completed", "failed", "canceled"],
} as const satisfies Record<string, readonly Status[]>;

export type Step = keyof typeof STEPS;
export const STEP_NAMES = Object.keys(STEPS) as Step[];

/** What an agent may do with its tasks while it is paused, so that it can bring them to an end. */
const STEPS_WHILE_PAUSED: readonly Step[] = ["heartbeat", "block", "complete", "fail", "release"];

/** Where each step leads, for the message that names both states. */
const LEADS_TO: Record<Step, string> = {
  start: "running",
  heartbeat: "running",
  add_event: "running",
  block: "blocked",
  complete: "completed",
  fail: "failed",
  release: "queued",
  cancel: "canceled",
  assign: "queued",
  escalate: "queued",
  retry: "a new task",
};

/** First and longest wait after an attempt that may be repeated. Milliseconds. */
export const BACKOFF_MS = 1_000;
export const BACKOFF_MS_MAX = 60_000;

/** What a step needs to know of a task. */
export interface TaskState {
  id: string;
  status: Status;
  assigned_to_agent_id: string;
  created_by_agent_id: string | null;
  fence: number;
  lease_expires_at: string | null;
  blocked_by: "guard" | "agent" | "escalation" | null;
  canceled_by: string | null;
}

/** What a step needs to know of whoever takes it. */
export interface Stepper {
  kind: "user" | "agent" | "service" | "system";
  id: string;
}

export function isFinal(status: Status): boolean {
  return status === "completed" || status === "failed" || status === "canceled";
}

export function requireStep(task: TaskState, step: Step): void {
  const from: readonly Status[] = STEPS[step];
  if (from.includes(task.status)) return;
  throw new Problem("illegal_step", `Cannot transition from ${task.status} to ${LEADS_TO[step]}.`, {
    step,
    from: task.status,
    to: LEADS_TO[step],
    allowed_from: from,
  });
}

/** Agents act on their own tasks; people and the server act on any. */
export function requireAssignee(task: TaskState, by: Stepper): void {
  if (by.kind !== "agent" || by.id === task.assigned_to_agent_id) return;
  throw new Problem("not_assignee", `Task ${task.id} is assigned to another agent.`);
}

/** Cancel, assign and retry: people, and the agents that are responsible for the task. */
export function requireResponsible(task: TaskState, by: Stepper, step: Step, parentAssignee: string | null): void {
  if (by.kind !== "agent" || by.id === task.created_by_agent_id || by.id === parentAssignee) return;
  if (step === "assign" && by.id === task.assigned_to_agent_id) return;
  if (by.id === task.assigned_to_agent_id) {
    throw new Problem("forbidden", `The agent that is assigned a task cannot ${step} it.`, {
      next_step: "Use fail or block.",
    });
  }
  throw new Problem("not_assignee", `Only a person, or the agent that gave task ${task.id}, may ${step} it.`);
}

/** `held`: go on. `lost`: somebody else may have it by now; what the step carries is late. */
export type Hold = "held" | "lost";

/**
 * Whether the agent still holds the task under this fence. People need none. A fence that fits and a state that the
 * step cannot start from is left to `requireStep`: it is the holder's own repeat.
 */
export function holdOf(task: TaskState, by: Stepper, fence: number | undefined, now: Date): Hold {
  if (by.kind !== "agent") return "held";
  if (fence === undefined) {
    throw new Problem("invalid_input", "fence: is required.", {
      errors: [{ path: "/fence", message: "is required." }],
    });
  }
  if (fence !== task.fence) return "lost";
  if (task.status === "canceled" || task.blocked_by === "guard") return "lost";
  if (task.status === "running" && leaseEnded(task, now)) return "lost";
  return "held";
}

export function leaseEnded(task: Pick<TaskState, "lease_expires_at">, now: Date): boolean {
  return task.lease_expires_at !== null && Date.parse(task.lease_expires_at) <= now.getTime();
}

/** When a renewed lease ends: never later than the longest time of an attempt. */
export function leaseEnd(
  { attempt_started_at: started }: { attempt_started_at: string | null },
  seconds: number,
  runSecondsMax: number,
  now: Date,
): string {
  const last = started === null ? Number.POSITIVE_INFINITY : Date.parse(started) + runSecondsMax * 1_000;
  return new Date(Math.min(now.getTime() + seconds * 1_000, last)).toISOString();
}

/** How often agents may assign a task until a person does. */
const HANDOVERS_MAX = 20;

/** Agents that only hand a task to and fro end at a person. */
export function requireHandover({ id, handovers }: { id: string; handovers: number }): void {
  if (handovers < HANDOVERS_MAX) return;
  throw new Problem(
    "handover_limit",
    `Agents have assigned task ${id} ${handovers} times, which is the most they may.`,
    {
      next_step: "Do the task, fail it, or escalate it until a person has it; a person may assign it.",
    },
  );
}

export function leaseLost(task: TaskState): Problem {
  return new Problem("lease_lost", `The lease on task ${task.id} was lost; it is ${task.status} now.`, {
    task_status: task.status,
    next_step: "Stop working on it. What you sent is kept as a late result. Claim again for more work.",
  });
}

/** Milliseconds until a task may be taken again, jittered by `random` in [0, 1) so that retries spread. */
export function backoffMs(failedAttempts: number, random: number): number {
  const full = Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** Math.min(30, Math.max(0, failedAttempts - 1)));
  return Math.round(full * (0.5 + random / 2));
}

export function attemptsLeft(task: { failed_attempts: number; max_attempts: number }): boolean {
  return task.failed_attempts + 1 < task.max_attempts;
}

/** The steps this caller may take now, each with the reason when not: what a dashboard shows and an agent reads. */
export function allowedSteps(
  task: TaskState & { open_children: number },
  by: Stepper & { isPaused?: boolean },
  parentAssignee: string | null,
): { step: Step; allowed: boolean; reason?: string }[] {
  return STEP_NAMES.map((step) => {
    try {
      if (by.isPaused && !STEPS_WHILE_PAUSED.includes(step)) throw new Problem("agent_paused", "You are paused.");
      requireStep(task, step);
      if (step === "cancel" || step === "assign" || step === "retry") {
        requireResponsible(task, by, step, parentAssignee);
      } else {
        requireAssignee(task, by);
      }
      if (step === "complete" && task.open_children > 0) throw openChildren(task.open_children);
      return { step, allowed: true };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { step, allowed: false, reason: error.message };
    }
  });
}

/** Whether a budget can pay one start, in nano-dollars. The function `can_pay` of the database decides the same. */
export function canPay(left: bigint, needed: bigint): boolean {
  return left > 0n && needed <= left;
}

export function openChildren(count: number): Problem {
  return new Problem("open_children", `${count} of its children are not finished.`, {
    open_children: count,
    next_step: "Wait for the children, cancel them, or complete with detach: true to leave them to themselves.",
  });
}
