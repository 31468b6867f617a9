import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { keepCap } from "../caps.ts";
import { policyDeleted } from "../facts.ts";
import { riskHooks } from "../hooks.ts";
import { Policy } from "../schema.ts";
import { deletePolicy as deleteRow, getPolicy } from "../store/policies.ts";
import { policyToWire } from "../to-wire.ts";

export const deletePolicy = command({
  name: "risk.delete_policy",
  summary: "Delete a risk policy. Its events are kept, and what it did to agents stays until somebody takes it back.",
  route: "POST /risk/policies/{id}/delete",
  permission: "risk:write",
  pastQuota: "passes",
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Policy,
  problems: ["not_found"],
  async run({ tx, now }, { id }) {
    const policy = await getPolicy(tx, id);
    await keepCap(tx, { ...policy, is_enabled: false }, now, { isNewGeneration: false, isPromoted: false });
    await deleteRow(tx, id);
    const { policy_type, threshold_value, agent_id } = policy;
    const fact = policyDeleted(id, { policy_type, threshold_value, agent_id }, { agent_id });
    return changed(policyToWire(policy), fact, ...(await riskHooks.onDeleted(tx, id)));
  },
});
