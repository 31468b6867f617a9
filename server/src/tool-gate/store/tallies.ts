/** The table that counts decisions of each kind, agent and minute. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { DecidedData } from "../facts.ts";

const ADD = `insert into gate_tallies as t (workspace_id, agent_id, minute, kind, decisions, data)
values ($1, $2, date_trunc('minute', bailiwick_now()), $3, 1, $4)
on conflict (workspace_id, agent_id, minute, kind) do update set decisions = t.decisions + 1, data = excluded.data
returning decisions`;

/** Counts a decision, and returns the number of those of its kind in this minute. */
export async function addDecision(tx: Tx, agentId: string, kind: string, data: DecidedData): Promise<number> {
  const values = [tx.workspace, agentId, kind, JSON.stringify(data)];
  const [row] = await tx.statement<{ decisions: number }>("gate.add-decision", ADD, values);
  return row?.decisions ?? 1;
}

export interface Tally {
  agent_id: string;
  minute: string;
  decisions: number;
  data: DecidedData;
}

const TAKE = `delete from gate_tallies t using (
  select agent_id, minute, kind from gate_tallies
  where workspace_id = $1 and minute < bailiwick_now() - interval '70 seconds'
  order by minute, agent_id, kind limit $2 for update skip locked) o
where t.workspace_id = $1 and t.agent_id = o.agent_id and t.minute = o.minute and t.kind = o.kind
returning t.agent_id, t.minute, t.decisions, t.data`;

/** Removes and returns the counts of minutes that are over. */
export async function takeTallies(tx: Tx, most: number): Promise<Tally[]> {
  return tx.statement<Tally>("gate.take-tallies", TAKE, [tx.workspace, most]);
}
