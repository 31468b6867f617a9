/** The end of an action: its held task goes on, its agent gets a message, and its amount is settled. */
import { freeAmount, settleAmount } from "../caps/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { type Outcome, refused } from "../kernel/operation.ts";
import { notifyAgents } from "../messages/index.ts";
import { goOnAfterAction } from "../tasks/index.ts";
import { about, actionExpired, type Resolution, stateFact, whatOf } from "./facts.ts";
import { expired, isOver, messageOf } from "./rules.ts";
import type { ActionRow } from "./schema.ts";
import { saveAction } from "./store/actions.ts";

/** Of an ended action, and of one in doubt. The caller has locked the action. Locks tasks, then messages. */
export async function notifyOf(tx: Tx, action: ActionRow, at: Date): Promise<Fact[]> {
  const { id, agent_id, task_id, holds_task, status } = action;
  const holds = holds_task && task_id !== null && status !== "in_doubt";
  const waited = holds ? await goOnAfterAction(tx, task_id, { action_id: id, outcome: status }, at) : [];
  const sent = await notifyAgents(tx, [{ agent_id, task_id, thread_id: id, content: messageOf(action) }]);
  return [...waited, ...sent];
}

/** A challenge reaches its agent as a task. */
const NOTIFIED: ReadonlySet<ActionRow["status"]> = new Set(["executed", "failed", "in_doubt"]);

/** Saves what an attempt, a look-up or a person said. Locks the caps last. Returns the facts. */
export async function saveState(
  tx: Tx,
  before: ActionRow,
  action: ActionRow,
  at: Date,
  resolution?: Resolution,
): Promise<Fact[]> {
  await saveAction(tx, action);
  const { status, amount_nanos, id } = action;
  // A step between attempts has no fact.
  if (status === before.status || status === "approved" || status === "executing") return [];
  const notices = NOTIFIED.has(status) ? await notifyOf(tx, action, at) : [];
  if (amount_nanos !== null && status === "executed") await settleAmount(tx, id, at);
  if (amount_nanos !== null && status === "failed") await freeAmount(tx, id);
  return [stateFact(action, resolution), ...notices];
}

/** Ends an action whose time is over. Returns the facts. */
export async function expireAction(tx: Tx, action: ActionRow, at: Date): Promise<Fact[]> {
  const ended: ActionRow = { ...action, status: "expired", finished_at: at.toISOString() };
  await saveAction(tx, ended);
  const fact = actionExpired(action.id, { ...whatOf(action), expires_at: action.expires_at }, about(action));
  return [fact, ...(await notifyOf(tx, ended, at))];
}

/** Returns the refusal when nobody decided in time; undefined while the action is open. */
export async function endIfOver(tx: Tx, action: ActionRow, at: Date): Promise<Outcome<never> | undefined> {
  if (!isOver(action, at)) return undefined;
  const [first, ...more] = await expireAction(tx, action, at);
  if (!first) throw new Error("An end has a fact.");
  return refused(expired(action.id), first, ...more);
}
