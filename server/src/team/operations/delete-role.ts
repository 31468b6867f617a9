import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { movedReports, releaseReports, strandedBy } from "../change-role.ts";
import { roleRemoved } from "../facts.ts";
import { requireNothingStranded } from "../rules.ts";
import { Confirm, RoleOfAgent } from "../schema.ts";
import { deleteRole as deleteRow, findRole } from "../store.ts";

export const deleteRole = command({
  name: "team.delete_role",
  summary: "Remove an agent's role in the team.",
  description: "If others depend on the agent, the response is 409 with a list of them, until you send confirm.",
  route: "POST /team/roles/{agent_id}/delete",
  permission: "team:write",
  pastQuota: "passes",
  input: Fields({ agent_id: Id, confirm: Confirm }),
  output: RoleOfAgent,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { agent_id, confirm }) {
    await lockWorkspace(tx);
    const role = await findRole(tx, agent_id);
    if (!role) throw new Problem("not_found", `Agent ${agent_id} has no role.`);
    const [fact, ...facts] = await removeRole(tx, role, { confirm, at: now });
    return changed(role, fact, ...facts);
  },
});

/** The caller must lock the workspace first. */
export async function removeRole(
  tx: Tx,
  { agent_id, role, reports_to }: RoleOfAgent,
  { confirm, at }: { confirm: boolean | undefined; at: Date },
): Promise<[Fact, ...Fact[]]> {
  const stranded = await strandedBy(tx, agent_id);
  requireNothingStranded(stranded, confirm);
  const released = await releaseReports(tx, agent_id, { stranded, above: reports_to, at });
  await deleteRow(tx, agent_id);
  return [roleRemoved(agent_id, { role, ...movedReports(stranded.reports, reports_to) }), ...released];
}
