/** Pure decisions about tasks: which step may follow which state, who holds a task, who may take which step. */
import { Problem } from "../kernel/problem.ts";
import { type AllowedStep, allowedSteps, hasRole, requireFrom, type Step } from "../kernel/steps.ts";
import { WAITS } from "./question-schema.ts";
import type { LateResult, Status, TaskRow } from "./schema.ts";
import { type UndoState, undoOf } from "./undo-rules.ts";

/** The roles that a caller can have for a task. `person` stands for people, service keys and the server: all but agents. */
export type StepRole = "person" | "assignee" | "creator" | "parent_assignee";

interface TaskStep extends Step<Status, StepRole> {
  /** A paused agent may take the step, so that it can finish its tasks. */
  whilePaused?: true;
}

const OPEN = ["queued", "running", "blocked"] as const;
const ASSIGNED = ["person", "assignee"] as const;
const RESPONSIBLE = ["person", "creator", "parent_assignee"] as const;
/** A step of the holder of a running task, also while the agent is paused. */
const HOLDS = { from: ["running"], by: ASSIGNED, whilePaused: true } as const;

/** The states that each step may start from, the roles that may take it, and the state that it leads to. */
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
  answer: { from: ["blocked"], by: RESPONSIBLE, to: "queued" },
  undo: { from: OPEN, by: [...RESPONSIBLE, "assignee"], to: "the state before the last step" },
  accept_late: { from: ["queued", "failed"], by: ["person", "creator", "assignee"], to: "completed" },
  change_dependencies: { from: ["queued", "blocked"], by: RESPONSIBLE, to: "the same state" },
  retry: { from: ["completed", "failed", "canceled"], by: RESPONSIBLE, to: "a new task" },
} as const satisfies Record<string, TaskStep>;

export type StepName = keyof typeof STEPS;

/** The first and the longest wait after a failed attempt that may be repeated. */
export const BACKOFF_MS = 1_000;
export const BACKOFF_MS_MAX = 60_000;

/** The time that a queued task of a pool waits for the agent that had it. The migration of pools has the same number. */
export const KEPT_SECONDS = 120;

/** The part of a task on which the rules of steps depend. */
export type TaskState = Pick<
  TaskRow,
  | "id"
  | "status"
  | "assigned_to_agent_id"
  | "pool_id"
  | "created_by_agent_id"
  | "fence"
  | "lease_expires_at"
  | "blocked_by"
>;

/** Returns the agent that has the task; null while the task waits for an agent of its pool. */
export function assigneeOf(task: Pick<TaskRow, "assigned_to_agent_id" | "pool_id">): string | null {
  return task.assigned_to_agent_id === task.pool_id ? null : task.assigned_to_agent_id;
}

/** The assignee of a task that returns to the queue: its pool, if it has one. */
export function queuedFor(task: Pick<TaskRow, "assigned_to_agent_id" | "pool_id">): { assigned_to_agent_id: string } {
  return { assigned_to_agent_id: task.pool_id ?? task.assigned_to_agent_id };
}

/** The changes of a task that one agent gets. It leaves the pool. */
export function assignedTo(agentId: string) {
  return { assigned_to_agent_id: agentId, pool_id: null, assigned_role: null, assigned_tags: null } as const;
}

/** The caller that takes a step. */
export interface Stepper {
  kind: "user" | "agent" | "service" | "system";
  id: string;
}

export function isFinal(status: Status): boolean {
  return status === "completed" || status === "failed" || status === "canceled";
}

/** The task ended without success. */
export function isFailed({ status }: Pick<TaskState, "status">): boolean {
  return isFinal(status) && status !== "completed";
}

/** A task and its parent, if any. */
export interface Placed {
  task: TaskState;
  parent: Pick<TaskState, "assigned_to_agent_id"> | undefined;
}

/** Throws unless this caller may take the step and the step may start from the state of the task. */
export function requireTake(placed: Placed, name: StepName, by: Stepper): void {
  requireRole(placed, name, by);
  requireFrom<Status>(STEPS[name], name, placed.task.status);
  if (name === "escalate" && assigneeOf(placed.task) === null) {
    throw new Problem("illegal_step", "No agent has this task, so no agent is above its assignee.", {
      next_step: "Assign the task to an agent.",
    });
  }
}

/** Throws unless this caller may take the step, in any state of the task. */
export function requireRole(placed: Placed, name: StepName, by: Stepper): void {
  const step: TaskStep = STEPS[name];
  const as = rolesOf(placed, by);
  if (hasRole(step, as)) return;
  const { id } = placed.task;
  if (!hasRole(step, ["creator"])) throw new Problem("not_assignee", `Task ${id} is assigned to another agent.`);
  if (as.includes("assignee")) {
    throw new Problem("forbidden", `The agent that is assigned a task cannot take the step ${name}.`, {
      next_step: "Use fail or block.",
    });
  }
  throw new Problem("not_assignee", `Only a person, or the agent that gave task ${id}, may take the step ${name}.`);
}

/** Throws unless the caller is a person, or an agent with a part in the task: its assignee, its creator or the parent's assignee. */
export function requirePart(placed: Placed, by: Stepper): void {
  if (rolesOf(placed, by).length > 0) return;
  const { id } = placed.task;
  throw new Problem("not_assignee", `You are neither the assignee nor the creator of task ${id}.`);
}

/** Returns the roles of the caller for the task. */
function rolesOf({ task, parent }: Placed, { kind, id }: Stepper): StepRole[] {
  if (kind !== "agent") return ["person"];
  const agents: [StepRole, string | null | undefined][] = [
    ["assignee", task.assigned_to_agent_id],
    ["creator", task.created_by_agent_id],
    ["parent_assignee", parent?.assigned_to_agent_id],
  ];
  return agents.flatMap(([role, agentId]) => (agentId === id ? [role] : []));
}

/** `lost`: the caller no longer holds the task, and the result of the step is late. */
export type Hold = "held" | "lost";

/**
 * Decides whether the agent still holds the task under this fence. People need no fence. When the fence is right and the
 * state is wrong, the call repeats a step of the holder, and `requireTake` refuses the step.
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

/**
 * Returns true when the fence belongs to the last attempt, and no step has taken the task from its holder. Every such
 * step gives a greater fence. A lost lease gives the next fence; the caller checks that the lease was lost.
 */
export function mayStillEnd(task: Pick<TaskState, "status" | "fence">, fence: number): boolean {
  return (task.status === "running" && fence === task.fence) || (task.status === "queued" && fence === task.fence - 1);
}

export function leaseEnded(task: Pick<TaskState, "lease_expires_at">, now: Date): boolean {
  return task.lease_expires_at !== null && Date.parse(task.lease_expires_at) <= now.getTime();
}

/** Returns the end of a renewed lease, at most the longest time after the start of the attempt. */
export function leaseEnd(
  { attempt_started_at: started }: { attempt_started_at: string | null },
  seconds: number,
  runSecondsMax: number,
  now: Date,
): string {
  const last = started === null ? Number.POSITIVE_INFINITY : Date.parse(started) + runSecondsMax * 1_000;
  return new Date(Math.min(now.getTime() + seconds * 1_000, last)).toISOString();
}

/** The number of times that agents may assign a task before a person must assign it. */
const HANDOVERS_MAX = 20;

/** Ends a series of assignments in which agents only give a task to each other. */
export function requireHandover({ id, handovers }: { id: string; handovers: number }): void {
  if (handovers < HANDOVERS_MAX) return;
  throw new Problem("handover_limit", `Agents have assigned task ${id} ${handovers} times, which is the maximum.`, {
    next_step: "Do the task, fail it, or escalate it until it waits for a person. A person may assign it.",
  });
}

export function leaseLost(task: TaskState): Problem {
  return new Problem("lease_lost", `The lease on task ${task.id} was lost. The task is ${task.status} now.`, {
    task_status: task.status,
    next_step: "Stop the work. The server keeps the result that you sent as a late result. Claim another task.",
  });
}

/** Returns the wait before the next attempt. `random` in [0, 1) spreads the attempts of several tasks. */
export function backoffMs(failedAttempts: number, random: number): number {
  const full = Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** Math.min(30, Math.max(0, failedAttempts - 1)));
  return Math.round(full * (0.5 + random / 2));
}

/** The attempts of a task that may end before their holder gave any sign. */
export const UNSEEN_ATTEMPTS_MAX = 10;

/** The ended attempts of a task: all of them, and those that ended before their holder gave any sign. */
type Attempts = Pick<TaskRow, "failed_attempts" | "unseen_attempts">;

/** Adds one ended attempt. Returns true in `isLast` when the task may not be attempted again. */
export function countAttempt(
  { max_attempts, ...task }: Attempts & Pick<TaskRow, "max_attempts">,
  isUnseen: boolean,
): { counts: Attempts; isLast: boolean } {
  const counts = addAttempts(task, 1, isUnseen);
  const { failed_attempts: failed, unseen_attempts: unseen } = counts;
  return { counts, isLast: isUnseen ? unseen >= UNSEEN_ATTEMPTS_MAX : failed - unseen >= max_attempts };
}

/** Takes back the last attempt, which the end of its lease has counted. */
export function uncountAttempt(task: Attempts & Pick<TaskRow, "is_seen">): Attempts {
  return addAttempts(task, -1, !task.is_seen);
}

function addAttempts({ failed_attempts, unseen_attempts }: Attempts, by: 1 | -1, isUnseen: boolean): Attempts {
  return { failed_attempts: failed_attempts + by, unseen_attempts: unseen_attempts + (isUnseen ? by : 0) };
}

/** Returns every step, with the reason when this caller may not take it now. Dashboards and agents show the reasons. */
export function stepsNow(
  {
    task,
    parent,
  }: Placed & { task: UndoState & Pick<TaskRow, "open_children" | "has_late_result" | "blocked_reason"> },
  by: Stepper & { isPaused?: boolean },
  refusedStart?: { reason: string },
): AllowedStep<StepName>[] {
  return allowedSteps(STEPS, (name) => {
    const { whilePaused }: TaskStep = STEPS[name];
    if (by.isPaused && !whilePaused) throw new Problem("agent_paused", "You are paused.");
    requireTake({ task, parent }, name, by);
    if (name === "start" && refusedStart) throw new Problem("blocked", refusedStart.reason);
    if (name === "accept_late") requireLateResult(task);
    if (name === "answer") questionOf(task);
    if (name === "undo") undoOf(task, by);
    if (name === "complete" || name === "accept_late") requireNoOpenChildren(task);
  });
}

/** Returns true when a budget can pay one start, in nano-dollars. The function `can_pay` of the database decides the same. */
export function canPay(left: bigint, needed: bigint): boolean {
  return left > 0n && needed <= left;
}

export function requireNoOpenChildren({ open_children: count }: { open_children: number }): void {
  if (count === 0) return;
  throw new Problem("open_children", `${count} children of the task are not finished.`, {
    open_children: count,
    next_step: "Wait for the children or cancel them. With detach: true, complete lets them continue.",
  });
}

/** The holder keeps the task, so it can use the results of the children at once. */
export function requireOpenChildren({ id, open_children: count }: { id: string; open_children: number }): void {
  if (count > 0) return;
  throw new Problem("conflict", `Task ${id} has no open child to wait for.`, {
    next_step: "You still hold the task. Read the results of its children and continue.",
  });
}

/** Returns the question of a blocked task. Throws when the task waits for something that no answer can change. */
export function questionOf({
  id,
  blocked_by,
  blocked_reason: why,
}: TaskState & Pick<TaskRow, "blocked_reason">): string {
  if (why && blocked_by !== "guard" && !WAITS.has(why.code)) return why.reason;
  throw new Problem("illegal_step", `Task ${id} asks no question: ${why?.reason ?? "it is not blocked."}`, {
    ...(why?.next_step !== undefined && { next_step: why.next_step }),
  });
}

function requireLateResult({ id, has_late_result: has }: Pick<TaskRow, "id" | "has_late_result">): void {
  if (!has) throw new Problem("illegal_step", `Task ${id} has no late result.`);
}

/** A late block, fail or escalate describes an attempt that is over. Only a late complete has a result for the task. */
export function requireAcceptable({ step }: Pick<LateResult, "step">): void {
  if (step === "complete") return;
  throw new Problem("illegal_step", `The late result is a ${step}, and only a late complete can be accepted.`, {
    step,
    next_step: "Cancel the task, or let another attempt do it.",
  });
}
