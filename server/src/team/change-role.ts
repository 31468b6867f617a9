/** Updates what depends on an agent whose supervisor role ends. The callers hold the workspace's lock. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { rulesChanged } from "./facts.ts";
import { teamHooks } from "./hooks.ts";
import type { Stranded } from "./schema.ts";
import { getRules, listReports, moveReports, saveRules } from "./store.ts";

/** Returns what depends on the agent as a supervisor. */
export async function strandedBy(tx: Tx, agentId: string): Promise<Stranded> {
  const { default_supervisor_agent_id } = await getRules(tx);
  return {
    reports: await listReports(tx, agentId),
    is_default_supervisor: default_supervisor_agent_id === agentId,
    open_escalations: await teamHooks.countEscalations(tx, agentId),
  };
}

/** Moves the agent's reports and escalated tasks one level up. Clears the default supervisor if it is this agent. */
export async function releaseReports(
  tx: Tx,
  agentId: string,
  { stranded, above, at }: { stranded: Stranded; above: string | null; at: Date },
): Promise<Fact[]> {
  if (stranded.reports.length > 0) await moveReports(tx, agentId, above, at);
  if (stranded.open_escalations > 0) await teamHooks.passOnEscalations(tx, agentId);
  if (!stranded.is_default_supervisor) return [];
  const from = await getRules(tx);
  const to = { ...from, default_supervisor_agent_id: null };
  await saveRules(tx, to, at);
  return [rulesChanged(tx.workspace, { from, to })];
}

/** The fields of a fact that name the agents whose supervisor changed. */
export function movedReports(
  reports: string[],
  above: string | null,
): { moved_reports?: string[]; now_report_to?: string | null } {
  return reports.length === 0 ? {} : { moved_reports: reports, now_report_to: above };
}
