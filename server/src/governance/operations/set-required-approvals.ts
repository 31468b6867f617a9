import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { listManagers } from "../../workspaces/index.ts";
import { requiredApprovalsChanged } from "../facts.ts";
import { RequiredApprovals } from "../schema.ts";
import { findRequiredApprovals, raiseRequiredApprovals, saveRequiredApprovals } from "../store/settings.ts";

const Setting = Fields({ required_approvals: RequiredApprovals });

export const setRequiredApprovals = command({
  name: "governance.set_required_approvals",
  summary: "Set how many different people must approve a request of an agent: 1 or 2.",
  description:
    "The owner sets it. With 2, nobody who stands behind the key of the agent counts, not even the owner. Requests that wait " +
    "need the greater number too; a smaller one is for later requests. governance.get_boundaries returns the setting.",
  route: "POST /governance/required-approvals",
  permission: "workspaces:own",
  pastQuota: "passes",
  // No request is made and none decided while the number changes.
  changesCredentials: true,
  input: Setting,
  output: Setting,
  problems: ["conflict"],
  async run({ tx }, { required_approvals: to }) {
    const from = await findRequiredApprovals(tx);
    if (from === to) return unchanged({ required_approvals: to });
    const managers = await listManagers(tx);
    if (managers.size < to)
      throw new Problem("conflict", `${to} people must approve, and ${managers.size} may.`, {
        next_step: "Make another person an admin first.",
      });
    await saveRequiredApprovals(tx, to);
    await raiseRequiredApprovals(tx, to);
    return changed({ required_approvals: to }, requiredApprovalsChanged(tx.workspace, { from, to }));
  },
});
