import { requireUsableAgent } from "../../agents/index.ts";
import { only } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { rulesChanged } from "../facts.ts";
import { RULE_NAMES } from "../rules.ts";
import { RuleChanges, TeamRules } from "../schema.ts";
import { findRole, getRules, saveRules } from "../store.ts";

export const setRules = command({
  name: "team.set_rules",
  summary: "Change the rules about the work that agents may create and give each other. Other rules stay as they are.",
  route: "POST /team/rules",
  permission: "team:write",
  input: RuleChanges,
  output: TeamRules,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, changes) {
    await lockWorkspace(tx);
    const from = await getRules(tx);
    const to = only({ ...from, ...changes }, RULE_NAMES);
    if (RULE_NAMES.every((name) => from[name] === to[name])) return unchanged(from);
    if (to.default_supervisor_agent_id !== null) await requireSupervisor(tx, to.default_supervisor_agent_id);
    await saveRules(tx, to, now);
    return changed(to, rulesChanged(tx.workspace, { from, to }));
  },
});

async function requireSupervisor(tx: Tx, agentId: string): Promise<void> {
  await requireUsableAgent(tx, agentId);
  const role = await findRole(tx, agentId);
  if (role?.role === "supervisor") return;
  throw invalid("/default_supervisor_agent_id", "must be an agent with the supervisor role.");
}
