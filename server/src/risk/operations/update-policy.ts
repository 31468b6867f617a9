import { only } from "../../kernel/db/columns.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { keepCap, topUpOf } from "../caps.ts";
import { policyUpdated } from "../facts.ts";
import { beginsGeneration, isMilder, requireInsideBoundary, requireThreshold } from "../rules.ts";
import { Policy, PolicyChange, type PolicyRow } from "../schema.ts";
import { enforceNow } from "../spending.ts";
import { getPolicy, requireOnly, savePolicy } from "../store/policies.ts";
import { policyToWire, SETTINGS, settingsOf } from "../to-wire.ts";

export const updatePolicy = command({
  name: "risk.update_policy",
  summary: "Change a risk policy: its threshold, its action, its mode, or whether it is enabled.",
  description:
    "Only the given fields change. A milder action_type needs a reason and a person. After a change of the threshold, the " +
    "action, the measure or the mode, the policy may fire at once. A shadow policy that becomes enforced counts from zero.",
  route: "POST /risk/policies/{id}",
  permission: "risk:write",
  pastQuota: "passes",
  changesCredentials: true,
  input: PolicyChange,
  output: Policy,
  problems: ["not_found", "boundary_violation", "forbidden", "conflict"],
  async run({ tx, actor, now }, { id, reason, ...input }) {
    const before = await getPolicy(tx, id);
    const changed_fields = SETTINGS.filter((name) => input[name] !== undefined && input[name] !== before[name]);
    if (changed_fields.length === 0) return unchanged(policyToWire(before));
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
    const tier = await lockWorkspace(tx);
    requireThreshold(after, tier);
    const topUp = await topUpOf(tx, id, now);
    if (topUp > 0 && after.threshold_value > before.threshold_value)
      requireInsideBoundary(after.threshold_value + topUp, tier);
    await requireOnly(tx, after, 0);
    await savePolicy(tx, after);
    const isPromoted = before.mode === "shadow" && after.mode === "enforce";
    await keepCap(tx, after, now, { isNewGeneration, isPromoted });
    const { policy_type, revision, agent_id } = after;
    const of = (row: PolicyRow) =>
      only(
        settingsOf(row),
        SETTINGS.filter((name) => changed_fields.includes(name)),
      );
    const data = {
      policy_type,
      revision,
      changed_fields,
      before: of(before),
      after: of(after),
      reason: reason ?? null,
    };
    return changed(policyToWire(after), policyUpdated(id, data, { agent_id }), ...(await enforceNow(tx, now)));
  },
});
