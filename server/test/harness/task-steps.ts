/** The steps of the model in `task-model.ts`: each changes the world, or returns the code of its refusal. */
import {
  type Agent,
  type Answer,
  add,
  type By,
  dependentsOf,
  endAttempt,
  failedDependencies,
  finish,
  hasAttemptAfter,
  isOpen,
  LEASE_MS,
  leftOf,
  type ModelTask,
  mayAdd,
  mayAddRoot,
  move,
  openChildren,
  openDependencies,
  payerOf,
  refusal,
  run,
  runningOf,
  uncount,
  type World,
  waitsFor,
} from "./task-model.ts";

const SYSTEM: By = { kind: "system", id: "test" };

/** The steps of the holder of the task. */
export const holderSteps = {
  start(world: World, task: ModelTask, by: By): Answer {
    if (isStranger(task, by)) return "not_assignee";
    if (task.status !== "queued" && task.status !== "blocked") return "illegal_step";
    if (failedDependencies(task).length > 0) return "blocked";
    if (!refusal(world, task)) {
      run(world, task, by);
      return "ok";
    }
    move(task, "blocked");
    task.blockedBy = "guard";
    world.facts += 2;
    return "blocked";
  },

  heartbeat(world: World, task: ModelTask, by: By, fence: number | undefined): Answer {
    if (isStranger(task, by)) return "not_assignee";
    const mine = fence === undefined || fence === task.fence;
    if (task.status === "canceled" && task.canceledBy === "user" && mine) return "ok";
    if (isLost(world, task, by, fence)) return "lease_lost";
    if (task.status !== "running") return "illegal_step";
    if (task.leaseEnds !== undefined) task.leaseEnds = world.now + LEASE_MS;
    task.isSeen = true;
    world.facts++;
    return "ok";
  },

  add_event(world: World, task: ModelTask, by: By, fence: number | undefined): Answer {
    if (isStranger(task, by)) return "not_assignee";
    if (isLost(world, task, by, fence)) return "lease_lost";
    if (task.status !== "running") return "illegal_step";
    task.isSeen = true;
    world.facts++;
    return "ok";
  },

  block(world: World, task: ModelTask, by: By, fence: number | undefined, waits: boolean): Answer {
    const refused = late(world, task, by, fence);
    if (refused) return refused;
    if (waits && openChildren(world, task).length === 0) return "conflict";
    move(task, "blocked");
    task.blockedBy = "agent";
    task.waits = waits;
    world.facts += waits ? 1 : 2;
    return "ok";
  },

  complete(world: World, task: ModelTask, by: By, fence: number | undefined, detach: boolean): Answer {
    const isOwn = mayStillEnd(task, by, fence);
    const refused = isOwn ? undefined : late(world, task, by, fence);
    if (refused) return refused;
    if (openChildren(world, task).length > 0 && !detach) return "open_children";
    if (task.status === "queued") uncount(task);
    if (isOwn) task.fence = fence ?? task.fence;
    finish(world, task, "completed", by);
    world.facts++;
    return "ok";
  },

  fail(world: World, task: ModelTask, by: By, fence: number | undefined, retryable: boolean): Answer {
    const refused = mayStillEnd(task, by, fence) ? undefined : late(world, task, by, fence);
    if (refused) return refused;
    const isAfterLease = task.status === "queued";
    if (isAfterLease) uncount(task);
    endAttempt(world, task, retryable, by);
    if (isAfterLease) task.fence = isOpen(task) ? task.fence + 1 : (fence ?? task.fence);
    world.facts++;
    return "ok";
  },

  release(world: World, task: ModelTask, by: By, fence: number | undefined): Answer {
    if (isStranger(task, by)) return "not_assignee";
    if (isLost(world, task, by, fence)) return "lease_lost";
    if (task.status !== "running") return "illegal_step";
    move(task, "queued");
    task.availableAt = world.now;
    world.facts++;
    return "ok";
  },

  escalate: escalated,
};

/** The agents have no supervisor, so an escalated task waits for a person. */
function escalated(world: World, task: ModelTask, by: By, fence: number | undefined): Answer {
  const isHeld = !isStranger(task, by) && !isLost(world, task, by, fence);
  if ((task.status === "running" || fence !== undefined) && !isHeld)
    return late(world, task, by, fence) ?? "lease_lost";
  if (isStranger(task, by)) return "not_assignee";
  if (!isOpen(task)) return "illegal_step";
  move(task, "blocked");
  task.blockedBy = "escalation";
  task.wasHandedOver = true;
  task.fence++;
  task.availableAt = world.now;
  world.facts += 2;
  return "ok";
}

/** The steps of the creator of the task. */
export const giverSteps = {
  cancel(world: World, task: ModelTask, by: By): Answer {
    const refused = notResponsible(task, by, false);
    if (refused) return refused;
    if (!isOpen(task)) return "illegal_step";
    finish(world, task, "canceled", by);
    world.facts++;
    return "ok";
  },

  assign(world: World, task: ModelTask, by: By, to: Agent): Answer {
    const refused = notResponsible(task, by, true);
    if (refused) return refused;
    if (!isOpen(task)) return "illegal_step";
    const isAgent = by.kind === "agent";
    const isKept = task.status === "running" || (task.status === "queued" && (isAgent || !task.wasHandedOver));
    if (task.assignee === to && isKept) return "ok";
    move(task, "queued");
    task.wasHandedOver = isAgent;
    task.assignee = to;
    task.fence++;
    task.availableAt = world.now;
    world.facts += 2;
    return "ok";
  },

  answer(world: World, task: ModelTask, by: By): Answer {
    const refused = notResponsible(task, by, false);
    if (refused) return refused;
    if ((task.blockedBy ?? "guard") === "guard" || task.waits) return "illegal_step";
    move(task, "queued");
    task.wasHandedOver = by.kind === "agent";
    task.availableAt = world.now;
    world.facts += 2;
    return "ok";
  },

  mayRetry(world: World, task: ModelTask, by: By): Answer {
    const { parent, dependsOn, budget } = task;
    if (parent && dependsOn.length > 0 && waitsFor(world, dependsOn, chain(parent))) return "dependency_cycle";
    const refused = notResponsible(task, by, false);
    if (refused) return refused;
    if (isOpen(task)) return "illegal_step";
    return parent ? mayAdd(world, by, parent, budget) : mayAddRoot(by, budget);
  },

  retried(world: World, task: ModelTask, by: By, id: string): void {
    const again = add(world, id, by, task);
    if (task.status === "completed") return;
    for (const waiting of dependentsOf(world, task)) {
      waiting.dependsOn = waiting.dependsOn.map((one) => (one === task ? again : one));
    }
  },
};

function chain(task: ModelTask): ModelTask[] {
  return task.parent ? [task, ...chain(task.parent)] : [task];
}

/** The tasks that a claim takes, in order. Unaffordable tasks before the last of them are blocked. */
export function claim(world: World, agent: Agent, limit: number): ModelTask[] {
  const ready = world.tasks
    .filter((task) => task.status === "queued" && task.assignee === agent && task.availableAt <= world.now)
    .filter((task) => openDependencies(task).length === 0)
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const room = agent.isPaused ? 0 : Math.min(limit, agent.runningMax - runningOf(world, agent));
  // While no budget pays for the next tasks, budgets are not checked.
  const looksAtBudgets = ready.slice(0, room).some((task) => payerOf(task));
  const taken: ModelTask[] = [];
  let looked = 0;
  for (const task of ready) {
    if (taken.length === room) break;
    looked++;
    if (refusal(world, task)) continue;
    run(world, task, { kind: "agent", id: agent.id });
    taken.push(task);
  }
  const front = taken.length === room ? ready.slice(0, looked) : ready;
  for (const task of looksAtBudgets ? front : []) {
    if (task.status !== "queued" || refusal(world, task, true) !== "budget") continue;
    move(task, "blocked");
    task.blockedBy = "guard";
    world.facts += 2;
  }
  return taken;
}

/** The effects of time in one turn: ends leases and unblocks tasks. Returns the number of ended leases. */
export function sweep(world: World): number {
  const due = world.tasks.filter((task) => isLeaseOver(world, task));
  due.sort((a, b) => (a.leaseEnds ?? 0) - (b.leaseEnds ?? 0) || (a.id < b.id ? -1 : 1));
  // Leases whose tasks only return to the queue end together, before the others.
  const isPlain = (task: ModelTask) => hasAttemptAfter(task, !task.isSeen) && task.reserved === 0;
  const turn = due.slice(0, TURN_LEASES);
  let ended = 0;
  for (const task of [...turn.filter(isPlain), ...turn.filter((task) => !isPlain(task))]) {
    // The task may have ended with a task above it.
    if (!isLeaseOver(world, task)) continue;
    ended++;
    task.expired = task.fence;
    task.fence++;
    world.facts++;
    endAttempt(world, task, true, SYSTEM, !task.isSeen);
    if (!isOpen(task)) world.facts++;
  }
  unblock(world);
  return ended;
}

const TURN_LEASES = 20;

const isLeaseOver = ({ now }: World, { leaseEnds = now + 1 }: ModelTask): boolean => leaseEnds <= now;

/** Chooses tasks by priority and age, as many as each budget can pay for together. */
function unblock(world: World): void {
  const able = world.tasks.filter((task) => task.blockedBy === "guard" && !refusal(world, task));
  able.sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  const wanted = new Map<ModelTask, number>();
  const lifted = able.filter((task) => {
    const payer = payerOf(task);
    if (!payer) return true;
    const upto = (wanted.get(payer) ?? 0) + task.estimate;
    wanted.set(payer, upto);
    return upto <= leftOf(world, payer);
  });
  for (const task of lifted) {
    move(task, "queued");
    world.facts++;
  }
}

function isStranger(task: ModelTask, by: By): boolean {
  return by.kind === "agent" && by.id !== task.assignee.id;
}

function isLost(world: World, task: ModelTask, by: By, fence: number | undefined): boolean {
  if (by.kind !== "agent") return false;
  const over = task.leaseEnds !== undefined && task.leaseEnds <= world.now;
  return fence !== task.fence || task.status === "canceled" || task.blockedBy === "guard" || over;
}

/** Until another step takes the task, its last holder may end the attempt although the lease has ended. */
function mayStillEnd(task: ModelTask, by: By, fence: number | undefined): boolean {
  if (by.kind !== "agent" || isStranger(task, by)) return false;
  if (task.status === "running") return fence === task.fence;
  return task.status === "queued" && fence === task.expired && fence === task.fence - 1;
}

/** Returns undefined when the sender of a result holds the running task. */
function late(world: World, task: ModelTask, by: By, fence: number | undefined): Answer | undefined {
  if (!isStranger(task, by) && !isLost(world, task, by, fence)) {
    return task.status === "running" ? undefined : "illegal_step";
  }
  const mark = `${by.id} ${fence}`;
  if (!task.given.has(mark)) return isStranger(task, by) ? "not_assignee" : "lease_lost";
  if (task.late.has(mark)) return "lease_lost";
  task.late.add(mark);
  task.isLate = true;
  world.facts++;
  return "lease_lost";
}

function notResponsible(task: ModelTask, by: By, assignees: boolean): Answer | undefined {
  if (by.kind !== "agent" || by.id === task.creator || by.id === task.parent?.assignee.id) return undefined;
  if (by.id !== task.assignee.id) return "not_assignee";
  return assignees ? undefined : "forbidden";
}
