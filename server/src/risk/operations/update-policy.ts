import { changed, command, unchanged } from "../../kernel/operation.ts";
import { changePolicy } from "../change-policy.ts";
import { Policy, PolicyChange } from "../schema.ts";

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
  async run(context, change) {
    const { policy, facts } = await changePolicy(context, change);
    const [first, ...more] = facts;
    return first ? changed(policy, first, ...more) : unchanged(policy);
  },
});
