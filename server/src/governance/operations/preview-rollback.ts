import { query } from "../../kernel/operation.ts";
import { refusalOf } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { getPolicy, policyToWire } from "../../risk/index.ts";
import { tierOf } from "../../tiers/index.ts";
import { makesMilder } from "../boundary-rules.ts";
import { findChange } from "../past-change.ts";
import { requireFresh, requireRestorable } from "../rules.ts";
import { RollbackInput, RollbackPreview } from "../schema.ts";

const { audit_id } = RollbackInput.properties;

export const previewRollback = query({
  name: "governance.preview_rollback",
  summary: "Read what a rollback would restore, and whether it would overwrite a later change.",
  route: "GET /governance/rollback/{audit_id}",
  permission: "governance:write",
  tool: false,
  input: Fields({ audit_id }),
  output: RollbackPreview,
  problems: ["not_found", "not_reversible"],
  async run({ tx }, { audit_id }) {
    const change = await findChange(tx, audit_id);
    const policy = await getPolicy(tx, change.policy_id);
    const { field, old_value, new_value } = change;
    const tier = await tierOf(tx);
    const needs_reason = field === "action_type" && makesMilder(old_value, policy);
    const refusal = refusalOf(() => {
      requireFresh(change, policy, true);
      requireRestorable(change, policy, tier, "given");
    });
    const is_stale = policy[field] !== new_value;
    return {
      policy: policyToWire(policy),
      field,
      current_value: policy[field],
      restored_value: old_value,
      is_stale,
      needs_reason,
      refusal: refusal?.message ?? null,
    };
  },
});
