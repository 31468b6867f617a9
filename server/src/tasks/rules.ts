/** Pure decisions about tasks: which step may follow which state, who holds a task, who may take which step. */
import { Problem } from "../kernel/problem.ts";
import { type AllowedStep, allowedSteps, isGiver, requireFrom, type Step } from "../kernel/steps.ts";
import type { Status } from "./schema.ts";

/** What a caller can be to a task. `person` is everybody who is no agent: people, service keys and the server. */
export type Giver = "person" | "assignee" | "creator" | "parent_assignee";

interface TaskStep extends Step<Status, Giver> {
  /** An agent may take it while it is paused, so that it can bring its tasks to an end. */
  whilePaused?: true;
}

const OPEN = ["queued", "running", "blocked"] as const;
const ASSIGNED = ["person", "assignee"] as const;
const RESPONSIBLE = ["person", "creator", "parent_assignee"] as const;
/** What the holder of a running task does with it, also while it is paused. */
const HOLDS = { from: ["running"], by: ASSIGNED, whilePaused: true } as const;

/** From which states each step may be taken, by whom, and where it leads. A test holds README.md against this table. */
export const STEPS = {
  start: { from: ["queued", "blocked"], by: ASSIGNED, to: "running" },
  heartbeat: { ...HOLDS, to: "running" },
  add_event: { from: ["running"], by: ASSIGNED, to: "running" },
  block: { ...HOLDS, to: "blocked" },
  complete: { ...HOLDS, to: "completed" },
  fail: { ...HOLDS, to: "failed" },
  release: { ...HOLDS, to: "queued" },
  cancel: { from: OPEN, by: RESPONSIBLE, to: "canceled" },
  assign: { from: OPEN, by: [...RESPONSIBLE, "assignee"], to: "queued" },
  escalate: { from: OPEN, by: ASSIGNED, to: "queued" },
  retry: { from: ["completed", "failed", "canceled"], by: RESPONSIBLE, to: "a new task" },
} as const satisfies Record<string, TaskStep>;

export type StepName = keyof typeof STEPS;

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

/** A task and, if it has one, the task above it. */
export interface Placed {
  task: TaskState;
  parent: Pick<TaskState, "assigned_to_agent_id"> | undefined;
}

/** Throws unless this caller may take the step and the task is in a state that it may start from. */
export function requireTake(placed: Placed, name: StepName, by: Stepper): void {
  requireGiver(placed, name, by);
  requireFrom<Status>(STEPS[name], name, placed.task.status);
}

/** Throws unless this caller may take the step in some state of the task. */
export function requireGiver(placed: Placed, name: StepName, by: Stepper): void {
  const step: TaskStep = STEPS[name];
  const as = partsOf(placed, by);
  if (isGiver(step, as)) return;
  const { id } = placed.task;
  if (!isGiver(step, ["creator"])) throw new Problem("not_assignee", `Task ${id} is assigned to another agent.`);
  if (as.includes("assignee")) {
    throw new Problem("forbidden", `The agent that is assigned a task cannot ${name} it.`, {
      next_step: "Use fail or block.",
    });
  }
  throw new Problem("not_assignee", `Only a person, or the agent that gave task ${id}, may ${name} it.`);
}

/** All that the caller is to the task. */
function partsOf({ task, parent }: Placed, { kind, id }: Stepper): Giver[] {
  if (kind !== "agent") return ["person"];
  const agents: [Giver, string | null | undefined][] = [
    ["assignee", task.assigned_to_agent_id],
    ["creator", task.created_by_agent_id],
    ["parent_assignee", parent?.assigned_to_agent_id],
  ];
  return agents.flatMap(([giver, agentId]) => (agentId === id ? [giver] : []));
}

/** `held`: go on. `lost`: somebody else may have it by now; what the step carries is late. */
export type Hold = "held" | "lost";

/**
 * Whether the agent still holds the task under this fence. People need none. A fence that fits and a state that the
 * step cannot start from is left to `requireTake`: it is the holder's own repeat.
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

/** The steps that this caller may take now. A dashboard shows the reasons, and an agent reads them. */
export function stepsNow(
  { task, parent }: Placed & { task: { open_children: number } },
  by: Stepper & { isPaused?: boolean },
): AllowedStep<StepName>[] {
  return allowedSteps(STEPS, (name) => {
    const { whilePaused }: TaskStep = STEPS[name];
    if (by.isPaused && !whilePaused) throw new Problem("agent_paused", "You are paused.");
    requireTake({ task, parent }, name, by);
    if (name === "complete") requireNoOpenChildren(task);
  });
}

/** Whether a budget can pay one start, in nano-dollars. The function `can_pay` of the database decides the same. */
export function canPay(left: bigint, needed: bigint): boolean {
  return left > 0n && needed <= left;
}

export function requireNoOpenChildren({ open_children: count }: { open_children: number }): void {
  if (count === 0) return;
  throw new Problem("open_children", `${count} of its children are not finished.`, {
    open_children: count,
    next_step: "Wait for the children, cancel them, or complete with detach: true to leave them to themselves.",
  });
}
