/** The one function that changes a policy, inside the transaction of a command that runs alone in its workspace. */
import type { Static } from "typebox";
import type { Actor } from "../kernel/actor.ts";
import { only } from "../kernel/db/columns.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { lockWorkspace } from "../tiers/index.ts";
import { keepCap, topUpOf } from "./caps.ts";
import { policyUpdated } from "./facts.ts";
import { riskHooks } from "./hooks.ts";
import { isBreaker } from "./loop-rules.ts";
import { beginsGeneration, requireThreshold } from "./rules.ts";
import { isMilder, type Policy, type PolicyChange, type PolicyRow, requireInsideBoundary } from "./schema.ts";
import { enforceNow } from "./spending.ts";
import { resetLoops } from "./store/loops.ts";
import { getPolicy, requireOnly, savePolicy } from "./store/policies.ts";
import { policyToWire, SETTINGS, settingsOf } from "./to-wire.ts";

/** The policy after the change, with the facts of the change and of what it fired. Without facts, nothing changed. */
export interface ChangedPolicy {
  policy: Policy;
  before: PolicyRow;
  after: PolicyRow;
  facts: Fact[];
}

/** `actor` is the caller that answers for the change: only a person may choose a milder action. */
export async function changePolicy(
  { tx, actor, now }: { tx: Tx; actor: Pick<Actor, "kind" | "id">; now: Date },
  { id, reason, ...input }: Static<typeof PolicyChange>,
): Promise<ChangedPolicy> {
  const before = await getPolicy(tx, id);
  const changed_fields = SETTINGS.filter((name) => input[name] !== undefined && input[name] !== before[name]);
  if (changed_fields.length === 0) return { policy: policyToWire(before), before, after: before, facts: [] };
  const given = only(input, changed_fields);
  const isNewGeneration = beginsGeneration(before, { ...before, ...given });
  const after: PolicyRow = {
    ...before,
    ...given,
    revision: before.revision + 1,
    fired_at: isNewGeneration ? null : before.fired_at,
    updated_at: now.toISOString(),
  };
  if (isMilder(after.action_type, before.action_type)) {
    if (actor.kind !== "user") throw new Problem("forbidden", "Only a person may choose a milder action.");
    if (reason === undefined) throw invalid("/reason", "is missing: say why the action becomes milder.");
  }
  await requireAllowed(tx, before, after, now);
  await savePolicy(tx, after);
  const isPromoted = before.mode === "shadow" && after.mode === "enforce";
  await keepCap(tx, after, now, { isNewGeneration, isPromoted });
  if (isPromoted && isBreaker(after.policy_type)) await resetLoops(tx, after.agent_id);
  const { policy_type, revision, agent_id } = after;
  const of = (row: PolicyRow) => only(settingsOf(row), changed_fields);
  const data = { policy_type, revision, changed_fields, before: of(before), after: of(after), reason: reason ?? null };
  const fact = policyUpdated(id, data, { agent_id });
  const at = now.toISOString();
  const ended =
    actor.kind === "user"
      ? await riskHooks.onPersonalChange(tx, { policy_id: id, fields: changed_fields, user_id: actor.id, at })
      : [];
  return { policy: policyToWire(after), before, after, facts: [fact, ...ended, ...(await enforceNow(tx, now))] };
}

async function requireAllowed(tx: Tx, before: PolicyRow, after: PolicyRow, now: Date): Promise<void> {
  const tier = await lockWorkspace(tx);
  requireThreshold(after, tier);
  const topUp = await topUpOf(tx, after.id, now);
  if (topUp > 0 && after.threshold_value > before.threshold_value)
    requireInsideBoundary(after.threshold_value + topUp, tier);
  await requireOnly(tx, after, 0);
}
