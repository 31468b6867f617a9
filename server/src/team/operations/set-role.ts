import { requireUsableAgent } from "../../agents/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { movedReports, releaseReports, strandedBy } from "../change-role.ts";
import { roleSet } from "../facts.ts";
import { changedRole, requireNothingStranded, requireSupervisorAbove } from "../rules.ts";
import { RoleChange, RoleOfAgent } from "../schema.ts";
import { findRole, listAbove, saveRole } from "../store.ts";

const COMPARED = ["role", "can_assign_to_peers", "can_escalate_to_supervisor", "reports_to"] as const;

export const setRole = command({
  name: "team.set_role",
  summary: "Give an agent a role in the team, or change its role. Fields that you leave out stay as they are.",
  description:
    "By default, a new role is a worker that may escalate but not assign to peers. If you take the supervisor role from " +
    "an agent that others depend on, the response is 409 with a list of them, until you send confirm.",
  route: "POST /team/roles",
  permission: "team:write",
  input: RoleChange,
  output: RoleOfAgent,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { confirm, ...change }) {
    // Changes of the hierarchy run one after another, so that two of them together cannot make a circle.
    await lockWorkspace(tx);
    await requireUsableAgent(tx, change.agent_id);
    const before = await findRole(tx, change.agent_id);
    const after = changedRole(before, change);
    if (before && COMPARED.every((field) => before[field] === after[field])) return unchanged(before);
    if (after.reports_to !== null && after.reports_to !== before?.reports_to) {
      await requireSuperior(tx, after.agent_id, after.reports_to);
    }
    const isDemoted = before?.role === "supervisor" && after.role !== "supervisor";
    const stranded = isDemoted ? await strandedBy(tx, after.agent_id) : undefined;
    if (stranded) requireNothingStranded(stranded, confirm);
    const released = stranded
      ? await releaseReports(tx, after.agent_id, { stranded, above: after.reports_to, at: now })
      : [];
    const saved = await saveRole(tx, after, now);
    const { agent_id, ...role } = after;
    const data = {
      ...role,
      from: before?.role ?? null,
      ...movedReports(stranded?.reports ?? [], after.reports_to),
    };
    return changed(saved, roleSet(agent_id, data), ...released);
  },
});

async function requireSuperior(tx: Tx, agentId: string, managerId: string): Promise<void> {
  if (managerId === agentId) {
    throw new Problem("conflict", "An agent cannot report to itself.", {
      errors: [{ path: "/reports_to", message: "names the agent itself." }],
    });
  }
  await requireUsableAgent(tx, managerId);
  requireSupervisorAbove(agentId, await findRole(tx, managerId), [managerId, ...(await listAbove(tx, managerId))]);
}
