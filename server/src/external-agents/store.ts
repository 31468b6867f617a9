/** Finds the agents that may get a push now. */
import type { PublicTx } from "../kernel/db/tx.ts";
import type { DueAgents } from "./sender.ts";

const DUE = "select workspace, agents from bailiwick_push_due()";

export async function listDueAgents(tx: PublicTx): Promise<DueAgents[]> {
  return tx.statement<DueAgents>("external-agents.due", DUE, []);
}
