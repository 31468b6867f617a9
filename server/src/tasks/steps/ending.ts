/** Ends the open tasks below a task, and the running tasks of an archived agent, in transactions of limited size. */
import { changeRunning, lockGates } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import { StaleRead } from "../../kernel/db/errors.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { taskFact } from "../facts.ts";
import { taskHooks } from "../hooks.ts";
import { isFinal } from "../rules.ts";
import {
  addToBudgets,
  cancelAll,
  countEndedChildren,
  type Ending,
  type EndingCause,
  forgetEndings,
  listNextEndings,
  lockLean,
  queueEndings,
} from "../store/ending.ts";
import { countEnded } from "../store/open.ts";
import { listDependents } from "../store/tree.ts";
import { endAsArchived } from "./archived.ts";
import { failDependents } from "./dependents.ts";
import { type Descendant, type Held, isSame } from "./hold.ts";

export interface EndedBelow {
  facts: Fact[];
  /** The number of tasks that are still open and end soon. */
  ending: number;
}

/**
 * Cancels all open tasks below a task that ends without success. `finish` must follow; it settles their budgets. When
 * the tasks are too many, they are put on the list for the sweep. From the commit on, none of them starts.
 */
export async function cancelDescendants(
  tx: Tx,
  { task, descendants, isLarge }: Held,
  by: Actor,
  cause: EndingCause,
): Promise<EndedBelow> {
  if (isLarge) return { facts: [], ending: await queueEndings(tx, task.id, cause, by.kind) };
  return {
    facts: await cancelTasks(
      tx,
      descendants.map((one) => ({ ...one, cause, ended_by: by.kind })),
    ),
    ending: 0,
  };
}

type Doomed = Descendant & Pick<Ending, "cause" | "ended_by">;

/** Cancels the open tasks among these tasks of one tree. They, their parents and gates must be locked; the caller counts them. */
async function cancelTasks(tx: Tx, tasks: readonly Doomed[]): Promise<Fact[]> {
  const open = tasks.filter(({ status }) => !isFinal(status));
  if (open.length === 0) return [];
  const running = open.filter(({ status }) => status === "running");
  await changeRunning(
    tx,
    countBy(running, (task) => task.assigned_to_agent_id, -1),
  );
  for (const by of new Set(open.map(({ ended_by }) => ended_by))) {
    const some = open.filter(({ ended_by }) => ended_by === by);
    await cancelAll(
      tx,
      some.map(({ id }) => id),
      by,
    );
  }
  await countEndedChildren(
    tx,
    countBy(open, (task) => task.parent_task_id ?? "", 1),
  );
  return open.map((task) => taskFact(task, "canceled", { previous_status: task.status, reason: task.cause }));
}

function countBy<T>(tasks: readonly T[], key: (task: T) => string, each: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(key(task), (counts.get(key(task)) ?? 0) + each);
  return counts;
}

/** Returns reservations and remaining budgets below a task to the tasks they came from, deepest first. */
export async function returnBudgets(tx: Tx, below: readonly Descendant[]): Promise<void> {
  const gained = new Map<string, bigint>();
  const give = (to: string, nanos: bigint) => gained.set(to, (gained.get(to) ?? 0n) + nanos);
  for (const task of [...below].sort((a, b) => b.depth - a.depth)) {
    if (task.budget_task_id) give(task.budget_task_id, task.reserved_nanos);
    if (task.budget_left_nanos === null || !task.lender_id) continue;
    const left = task.budget_left_nanos + (gained.get(task.id) ?? 0n);
    if (left <= 0n) continue;
    give(task.id, -left);
    give(task.lender_id, left);
  }
  await addToBudgets(tx, gained);
}

export interface Batch {
  facts: Fact[];
  /** The number of tasks that were removed from the list. */
  done: number;
}

/** Ends the next tasks of a group, the deepest first. Tasks with a new assignee or children wait for another batch. */
export async function endNextBatch(tx: Tx, groupId: string): Promise<Batch> {
  const next = await listNextEndings(tx, groupId);
  const gates = await lockGates(
    tx,
    next.map((task) => task.assigned_to_agent_id),
  );
  const links = () =>
    listDependents(
      tx,
      next.map(({ id }) => id),
    );
  const linked = await links();
  const locked = await lockLean(tx, [
    ...next.flatMap((task) =>
      [task.id, task.parent_task_id, task.budget_task_id, task.lender_id].flatMap((id) => id ?? []),
    ),
    ...linked.map(({ task_id }) => task_id),
  ]);
  if (!isSame(linked, await links())) throw new StaleRead("conflict", "The dependents of ending tasks changed.");
  const same = next.flatMap((ending): Doomed[] => {
    const task = locked.get(ending.id);
    const { cause, ended_by, lender_id } = ending;
    return task?.assigned_to_agent_id === ending.assigned_to_agent_id ? [{ ...task, cause, ended_by, lender_id }] : [];
  });
  const [archived, below] = [same.filter(isArchived), same.filter((task) => !isArchived(task))];
  const { ready, joined } = withoutJoined(below);
  for (const { id, cause, ended_by } of joined) await queueEndings(tx, id, cause, ended_by);
  const parked = archived.filter((task) => gates.get(task.assigned_to_agent_id)?.status === "archived");
  const done = [...archived, ...ready].map(({ id }) => id);
  // The counts of open tasks are locked last: a cancel also locks its part of the list before the counts.
  await forgetEndings(tx, done);
  const open = ready.filter(({ status }) => !isFinal(status));
  const facts = [...(await endAsArchived(tx, parked)), ...(await cancelTasks(tx, open))];
  await returnBudgets(tx, ready);
  const effects = await failDependents(tx, open);
  facts.push(...effects.facts, ...(await taskHooks.notify(tx, effects.notices)));
  const [first] = open;
  if (first) await countEnded(tx, first, open.length);
  return { facts, done: done.length };
}

const isArchived = ({ cause }: Doomed) => cause === "agent_archived";

/** Separates tasks with open children outside the batch: the children were created while the task was listed. */
function withoutJoined(tasks: readonly Doomed[]): { ready: Doomed[]; joined: Doomed[] } {
  const inBatch = new Map<string, number>();
  const ready: Doomed[] = [];
  const joined: Doomed[] = [];
  for (const task of [...tasks].sort((a, b) => b.depth - a.depth)) {
    if (task.open_children > (inBatch.get(task.id) ?? 0)) joined.push(task);
    else {
      ready.push(task);
      const parent = task.parent_task_id;
      if (parent && !isFinal(task.status)) inBatch.set(parent, (inBatch.get(parent) ?? 0) + 1);
    }
  }
  return { ready, joined };
}
