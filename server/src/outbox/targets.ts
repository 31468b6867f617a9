/** Makes, changes and ends receivers, for webhooks and channels alike. */
import { uuidv7 } from "uuidv7";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { readHorizon } from "../kernel/facts/follow.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { urlFault } from "../kernel/outbound/destination.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { lockWorkspace } from "../tiers/index.ts";
import { channelDisabled, webhookDisabled } from "./facts.ts";
import { type DisabledReason, TARGETS_MAX, type TargetRow } from "./schema.ts";
import { lockPosition, savePosition } from "./store/positions.ts";
import { insertRows, type NewRow } from "./store/rows.ts";
import { countTargets, saveTarget } from "./store/targets.ts";

type Context = Pick<CommandContext, "tx" | "now" | "env">;

/** Throws for an address that the server must not call. Names are judged again when they are dialled. */
export function requireUrl(path: string, url: string, { env }: Pick<Context, "env">): void {
  const fault = urlFault(url, env.settings.privateHosts);
  if (fault !== undefined) throw invalid(path, fault);
}

/** Counts under the lock of the workspace, so that callers at once cannot pass the limit. */
export async function requireTargetRoom(tx: Tx, role: TargetRow["role"]): Promise<void> {
  await lockWorkspace(tx);
  const { of_role } = await countTargets(tx, role);
  if (of_role < TARGETS_MAX) return;
  throw new Problem("conflict", `A workspace has at most ${TARGETS_MAX} ${role}s.`, {
    next_step: `Delete a ${role} first.`,
  });
}

/** A new receiver without a failure. */
export function newTarget(
  fields: Pick<TargetRow, "role" | "kind" | "name" | "shown" | "fact_types" | "purposes"> & { id: string },
  now: Date,
): TargetRow {
  const at = now.toISOString();
  const sealed = { sealed_address: null, sealed_secret: null, sealed_previous: null, previous_until: null };
  const state = { consecutive_failures: 0, last_status: null, last_error: null, last_delivered_at: null, pending: 0 };
  return { ...fields, ...sealed, ...state, is_enabled: true, disabled_reason: null, enabled_at: at, created_at: at };
}

/**
 * Call before a receiver is made or enabled. Where no other receiver is enabled, the log was not followed, and is
 * followed from now on.
 */
export async function followFromNow(tx: Tx, role: TargetRow["role"]): Promise<void> {
  const position = await lockPosition(tx);
  const { enabled } = await countTargets(tx, role);
  if (position === undefined || enabled === 0) await savePosition(tx, await readHorizon(tx));
}

/** Returns the receiver as enabled or disabled by a person. A receiver that is enabled starts without failures. */
export function switched(target: TargetRow, isEnabled: boolean | undefined, now: Date): TargetRow {
  if (isEnabled === undefined || isEnabled === target.is_enabled) return target;
  if (!isEnabled) return { ...target, is_enabled: false, disabled_reason: "by_person" };
  const at = now.toISOString();
  return { ...target, is_enabled: true, disabled_reason: null, enabled_at: at, consecutive_failures: 0 };
}

/** Disables a receiver. The caller holds the receiver, and stores the fact. */
export async function disableTarget(tx: Tx, target: TargetRow, reason: DisabledReason): Promise<Fact> {
  await saveTarget(tx, { ...target, is_enabled: false, disabled_reason: reason });
  const { id, role, kind, name, shown, consecutive_failures } = target;
  if (role === "channel") return channelDisabled(id, { name, reason, consecutive_failures });
  return webhookDisabled(id, {
    name: name || (kind === "webhook" ? new URL(shown).host : shown),
    reason,
    consecutive_failures,
  });
}

/** Puts a test into the outbox. The caller holds the receiver, and stores the fact with this id. */
export async function addTest(tx: Tx, target: TargetRow, type: string, now: Date): Promise<NewRow> {
  const at = now.toISOString();
  const ids = { id: uuidv7(), target_id: target.id, fact_id: uuidv7(), subject_id: target.id };
  const row: NewRow = { ...ids, fact_type: type, fact_seq: null, next_attempt_at: at, created_at: at };
  await insertRows(tx, [row]);
  await saveTarget(tx, { ...target, pending: target.pending + 1 });
  return row;
}
