/**
 * A second implementation of the contract of tasks: slow, in memory, without stored counts.
 * `server/src/tasks/model.test.ts` compares it with the server.
 */
import type { Status } from "../../src/tasks/schema.ts";

export interface Agent {
  id: string;
  isPaused: boolean;
  runningMax: number;
}

export interface ModelTask {
  /** The id that the server returned. */
  id: string;
  parent: ModelTask | undefined;
  dependsOn: ModelTask[];
  assignee: Agent;
  creator: string | undefined;
  priority: number;
  maxAttempts: number;
  status: Status;
  fence: number;
  attempt: number;
  starts: number;
  /** Ended attempts, and those that ended before their holder gave any sign. */
  failed: number;
  unseen: number;
  isSeen: boolean;
  /** The end of the lease in milliseconds; undefined when a person runs the task, and when it does not run. */
  leaseEnds: number | undefined;
  availableAt: number;
  blockedBy: "guard" | "agent" | "escalation" | undefined;
  canceledBy: By["kind"] | undefined;
  /** The task is blocked until its last open child ends. */
  waits: boolean;
  /** In nano-dollars. */
  budget: number | undefined;
  returned: number;
  estimate: number;
  reserved: number;
  isLate: boolean;
  /** The fence of the last attempt that ended with its lease. */
  expired: number | undefined;
  /** Agents assigned or escalated the task since a person last assigned it. */
  wasHandedOver: boolean;
  /** The fences that agents received, and the fences under which a late result is kept. */
  given: Set<string>;
  late: Set<string>;
}

export interface World {
  now: number;
  agents: Agent[];
  /** Ordered by id. */
  tasks: ModelTask[];
  facts: number;
}

export interface By {
  kind: "user" | "agent" | "system";
  id: string;
}

/** The code of the problem, or "ok". */
export type Answer = string;

export const LEASE_MS = 60_000;
const DEPTH_MAX = 8;
const UNSEEN_MAX = 10;
const OPEN: readonly Status[] = ["queued", "running", "blocked"];

export const isOpen = ({ status }: ModelTask) => OPEN.includes(status);
export const childrenOf = ({ tasks }: World, parent: ModelTask) => tasks.filter((task) => task.parent === parent);
export const dependentsOf = ({ tasks }: World, on: ModelTask) =>
  tasks.filter(({ dependsOn }) => dependsOn.includes(on));
export const openDependencies = ({ dependsOn }: ModelTask) => dependsOn.filter(({ status }) => status !== "completed");
export const failedDependencies = ({ dependsOn }: ModelTask) =>
  dependsOn.filter(({ status }) => status === "failed" || status === "canceled");
export const openChildren = (world: World, task: ModelTask) => childrenOf(world, task).filter(isOpen);
export const runningOf = ({ tasks }: World, agent: Agent) =>
  tasks.filter(({ status, assignee }) => status === "running" && assignee === agent).length;

/** Returns the tasks below a task, the deepest first. */
export function below(world: World, task: ModelTask): ModelTask[] {
  return childrenOf(world, task).flatMap((child) => [...below(world, child), child]);
}

function above(task: ModelTask): ModelTask[] {
  return task.parent ? [task.parent, ...above(task.parent)] : [];
}

export function payerOf(task: ModelTask | undefined): ModelTask | undefined {
  return task && (task.budget === undefined ? payerOf(task.parent) : task);
}

/** The budget without the part that it lent, the part that is reserved and the part that it returned. */
export function leftOf({ tasks }: World, holder: ModelTask): number {
  let left = (holder.budget ?? 0) - holder.returned;
  for (const task of tasks) {
    if (task.status === "running" && payerOf(task) === holder) left -= task.reserved;
    if (task.budget !== undefined && payerOf(task.parent) === holder) left -= task.budget - task.returned;
  }
  return left;
}

/** Returns true when one of the tasks waits, through dependencies and open children, for one of the others. */
export function waitsFor(world: World, from: readonly ModelTask[], to: readonly ModelTask[]): boolean {
  const seen = new Set<ModelTask>();
  const look = (task: ModelTask) => {
    if (seen.has(task)) return;
    seen.add(task);
    for (const next of [...task.dependsOn, ...openChildren(world, task)]) look(next);
  };
  for (const task of from) look(task);
  return to.some((task) => seen.has(task));
}

export interface NewTask {
  assignee: Agent;
  parent: ModelTask | undefined;
  dependsOn: ModelTask[];
  priority: number;
  maxAttempts: number;
  budget: number | undefined;
  estimate: number;
}

export function mayCreate(world: World, by: By, draft: NewTask): Answer {
  const { parent, dependsOn, budget } = draft;
  if (!parent) return mayAddRoot(by, budget);
  if (dependsOn.length > 0 && waitsFor(world, dependsOn, [parent, ...above(parent)])) return "dependency_cycle";
  return mayAdd(world, by, parent, budget);
}

export function mayAddRoot(by: By, budget: number | undefined): Answer {
  return by.kind === "agent" && budget !== undefined ? "forbidden" : "ok";
}

export function mayAdd(world: World, by: By, parent: ModelTask, budget: number | undefined): Answer {
  if (by.kind === "agent" && by.id !== parent.assignee.id && by.id !== parent.creator) return "not_assignee";
  if (!isOpen(parent)) return "parent_finished";
  if (above(parent).length >= DEPTH_MAX) return "depth_limit";
  const payer = payerOf(parent);
  if (budget !== undefined && payer && budget > leftOf(world, payer)) return "budget_exceeded";
  return "ok";
}

export function add(world: World, id: string, by: By, draft: NewTask): ModelTask {
  const { assignee, parent, priority, maxAttempts, budget, estimate } = draft;
  const task: ModelTask = {
    id,
    parent,
    dependsOn: [...draft.dependsOn],
    assignee,
    priority,
    maxAttempts,
    budget,
    estimate,
    creator: by.kind === "agent" ? by.id : undefined,
    status: "queued",
    fence: 0,
    attempt: 1,
    starts: 0,
    failed: 0,
    unseen: 0,
    isSeen: false,
    leaseEnds: undefined,
    availableAt: world.now,
    blockedBy: undefined,
    waits: false,
    canceledBy: undefined,
    returned: 0,
    reserved: 0,
    isLate: false,
    expired: undefined,
    wasHandedOver: false,
    given: new Set(),
    late: new Set(),
  };
  world.tasks.push(task);
  // The event of a dependency that has ended, and the message to the creator.
  world.facts += failedDependencies(task).length > 0 ? 3 : 1;
  return task;
}

/** Returns why the task may not start now; only because of its budget if `budgetAlone` is set. */
export function refusal(world: World, task: ModelTask, budgetAlone = false): string | undefined {
  const { assignee, estimate } = task;
  if (assignee.isPaused && !budgetAlone) return "agent_paused";
  if (runningOf(world, assignee) >= assignee.runningMax && !budgetAlone) return "at_limit";
  if (openDependencies(task).length > 0) return "dependencies";
  const payer = payerOf(task);
  const left = payer ? leftOf(world, payer) : 1;
  return left <= 0 || (payer && estimate > left) ? "budget" : undefined;
}

export function run(world: World, task: ModelTask, by: By): void {
  task.attempt = task.starts === 0 ? 1 : task.attempt + 1;
  task.starts++;
  task.fence++;
  task.isSeen = false;
  task.blockedBy = undefined;
  task.waits = false;
  task.reserved = payerOf(task) ? task.estimate : 0;
  task.status = "running";
  task.leaseEnds = by.kind === "agent" ? world.now + LEASE_MS : undefined;
  if (by.kind === "agent") task.given.add(`${by.id} ${task.fence}`);
  world.facts++;
}

/** Moves the task from its state to another. */
export function move(task: ModelTask, status: Status): void {
  task.status = status;
  task.leaseEnds = undefined;
  task.reserved = 0;
  task.blockedBy = undefined;
  task.waits = false;
}

/** Returns the rest of the budget to the lender, here and below, when no task below can use it. */
export function finish(world: World, task: ModelTask, status: "completed" | "failed" | "canceled", by: By): void {
  const under = below(world, task);
  const canceled = status === "completed" ? [] : under.filter(isOpen);
  if (status !== "completed") {
    for (const other of canceled) {
      move(other, "canceled");
      other.canceledBy = by.kind;
      world.facts++;
    }
  }
  move(task, status);
  if (status === "canceled") task.canceledBy = by.kind;
  endChild(world, task.parent);
  if (status !== "completed") failDependents(world, [task, ...canceled]);
  if (under.some(isOpen)) return;
  for (const holder of [...under, task]) {
    if (holder.budget !== undefined && payerOf(holder.parent)) holder.returned += leftOf(world, holder);
  }
}

/** Returns true when the end of the attempt leaves another one. */
export function hasAttemptAfter(task: ModelTask, isUnseen: boolean): boolean {
  return isUnseen ? task.unseen + 1 < UNSEEN_MAX : task.failed - task.unseen + 1 < task.maxAttempts;
}

/** Each open dependent gets an event, and each of their creators one message. */
function failDependents(world: World, ended: readonly ModelTask[]): void {
  const waiting = new Set(ended.flatMap((task) => dependentsOf(world, task)).filter(isOpen));
  world.facts += waiting.size + new Set([...waiting].map(({ creator }) => creator)).size;
}

/** The event and the message of the parent whose last open child ended. */
function endChild(world: World, parent: ModelTask | undefined): void {
  if (!parent || !isOpen(parent) || openChildren(world, parent).length > 0) return;
  world.facts += 2;
  if (!parent.waits) return;
  move(parent, "queued");
  parent.availableAt = world.now;
  world.facts++;
}

export function endAttempt(world: World, task: ModelTask, retryable: boolean, by: By, isUnseen = false): void {
  const isQueued = retryable && hasAttemptAfter(task, isUnseen);
  task.failed++;
  if (isUnseen) task.unseen++;
  if (isQueued) {
    move(task, "queued");
    task.availableAt = world.now + Math.min(60_000, 1_000 * 2 ** (task.failed - 1)) * 0.75;
  } else finish(world, task, "failed", by);
}

/** Takes back the attempt that the end of its lease has counted. */
export function uncount(task: ModelTask): void {
  task.failed--;
  if (!task.isSeen) task.unseen--;
}
