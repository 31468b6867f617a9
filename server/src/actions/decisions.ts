/** The decisions of people about one action, for the operations on one and on many. */
import { reserveAmount } from "../caps/index.ts";
import { chooseConnection, validatePayload } from "../connections/index.ts";
import type { ServiceType } from "../connections/schema.ts";
import { gateOf } from "../gate/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { Problem } from "../kernel/problem.ts";
import { findPeopleOfKey } from "../keys/index.ts";
import { capRefused } from "./cap-refusal.ts";
import { notifyOf } from "./end-action.ts";
import { about, actionApproved, actionRejected, whatOf } from "./facts.ts";
import { hashOf, type Payload } from "./payload.ts";
import { requireNotHeld, requirePending, requireSeen } from "./rules.ts";
import type { ActionRow } from "./schema.ts";
import { saveAction } from "./store/actions.ts";
import { dueAfter, isToolCall, requireToolCall } from "./tool-calls.ts";

export interface Deciding {
  tx: Tx;
  actor: Actor;
  at: Date;
  publicUrl: string;
}

interface Approval {
  payload_hash?: string | undefined;
  payload?: Payload | undefined;
  reason?: string | undefined;
  confirm?: boolean;
}

/** Throws unless a person decides. The permission alone would let a key of a later kind decide. */
export function requirePerson({ kind }: Actor): void {
  if (kind !== "user") throw new Problem("forbidden", "Only people decide about actions.");
}

interface DecidedAction {
  action: ActionRow;
  facts: Fact[];
}

/** The caller has locked the action, which is not over. Locks the caps last. */
export async function approveAction(deciding: Deciding, action: ActionRow, approval: Approval): Promise<DecidedAction> {
  const apply = await prepareApproval(deciding, action, approval);
  return apply();
}

/** Throws every refusal, before the first change, and returns the rest of the approval. */
export async function prepareApproval(
  { tx, actor, at, publicUrl }: Deciding,
  action: ActionRow,
  { payload_hash, payload, reason, confirm = false }: Approval,
): Promise<() => Promise<DecidedAction>> {
  requirePending(action, "approve");
  requireSeen(payload_hash, action);
  requireNotHeld(action);
  await requireActing(tx, action, confirm);
  const sent = payload ?? action.payload;
  const { target } = await requireSendable(tx, action, sent);
  const hash = hashOf(sent);
  const isChanged = hash !== action.payload_hash;
  const approved: ActionRow = {
    ...action,
    payload: { ...sent },
    payload_hash: hash,
    proposed_payload: isChanged ? action.payload : null,
    status: "approved",
    is_confirmed: confirm,
    approved_target: target,
    decided_by: actor.id,
    decided_at: at.toISOString(),
    decision_reason: reason ?? null,
    due_at: dueAfter(action, at),
  };
  const is_own = action.key_id !== null && (await findPeopleOfKey(tx, action.key_id)).has(actor.id);
  await reserveOf(tx, approved, at, publicUrl);
  const by = { rule_id: null, bypass_id: null, decided_by: actor.id };
  const data = { ...whatOf(approved), ...by, reason: reason ?? null, is_changed: isChanged, is_own };
  return async () => {
    await saveAction(tx, approved);
    return { action: approved, facts: [actionApproved(action.id, data, about(action))] };
  };
}

/** Throws `agent_paused` for a paused or archived agent, unless a person confirms. */
export async function requireActing(tx: ReadTx, { agent_id }: ActionRow, confirm: boolean): Promise<void> {
  const { status } = await gateOf(tx, agent_id);
  if (status === "active" || confirm) return;
  throw new Problem("agent_paused", `The agent is ${status}.`, {
    agent_status: status,
    next_step: "Resume the agent, or send confirm: true to approve it all the same.",
  });
}

/** Throws when the connection is gone or not for the agent any more, and when the payload does not fit the type of now. */
export async function requireSendable(
  tx: ReadTx,
  action: ActionRow,
  payload: Payload,
): Promise<{ repeats_safely: boolean; target: string }> {
  if (isToolCall(action)) return { repeats_safely: false, ...requireToolCall(action, payload) };
  const { service_type, action_type, connection_id, agent_id } = action;
  const wanted = { service_type, action_type, agent_id, ...(connection_id !== null && { connection_id }) };
  const { type, target } = await chooseConnection(tx, wanted);
  // `chooseConnection` has found the service.
  validatePayload(service_type as ServiceType, type, payload);
  return { repeats_safely: type.repeats_safely, target };
}

/** Reserves the amount of an approved action. Throws `blocked` with the numbers of a cap that has less left. */
export async function reserveOf(tx: Tx, action: ActionRow, at: Date, publicUrl: string): Promise<void> {
  const { id, agent_id, amount_nanos } = action;
  if (amount_nanos === null) return;
  const cap = await reserveAmount(tx, { id, agent_id, nanos: amount_nanos }, at);
  if (cap) throw capRefused(cap, amount_nanos, at, publicUrl);
}

/** The caller has locked the action, which is not over. */
export async function rejectAction(
  { tx, actor, at }: Pick<Deciding, "tx" | "actor" | "at">,
  action: ActionRow,
  reason: string | undefined,
): Promise<DecidedAction> {
  requirePending(action, "reject");
  const time = at.toISOString();
  const rejected: ActionRow = {
    ...action,
    status: "rejected",
    decided_by: actor.id,
    decided_at: time,
    decision_reason: reason ?? null,
    finished_at: time,
    held_since: null,
  };
  await saveAction(tx, rejected);
  const by = { rule_id: null, bypass_id: null, decided_by: actor.id };
  const fact = actionRejected(action.id, { ...whatOf(action), ...by, reason: reason ?? null }, about(action));
  return { action: rejected, facts: [fact, ...(await notifyOf(tx, rejected, at))] };
}
