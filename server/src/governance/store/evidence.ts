/** The evidence of requests, and whose backtest is tried next. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { Evidence } from "../evidence-schema.ts";
import type { RequestRow } from "../schema.ts";

/** A request that was never tried comes first. Each try doubles the wait until the next one. */
const CLAIM = `update policy_requests set evidence_tries = evidence_tries + 1,
  evidence_at = bailiwick_now() + make_interval(secs => 10 * 2 ^ least(evidence_tries, 12))
where workspace_id = $1 and id = (
  select id from policy_requests
  where workspace_id = $1 and status = 'pending' and evidence_state = 'waiting'
    and (evidence_at is null or evidence_at <= bailiwick_now())
  order by evidence_at nulls first, id limit 1 for no key update skip locked)
returning id, evidence_tries as tries`;

/** Returns undefined when no backtest is due. */
export async function claimEvidence(tx: Tx): Promise<{ id: string; tries: number } | undefined> {
  const [row] = await tx.statement<{ id: string; tries: number }>("governance.claim-evidence", CLAIM, [tx.workspace]);
  return row;
}

const SAVE = `update policy_requests set evidence = $3::jsonb, evidence_state = $4
where workspace_id = $1 and id = $2 and evidence_state = 'waiting' returning policy_id, agent_id`;

/** Returns undefined when another process saved the evidence. */
export async function saveEvidence(
  tx: Tx,
  id: string,
  evidence: Evidence,
): Promise<Pick<RequestRow, "policy_id" | "agent_id"> | undefined> {
  const state = evidence.backtest === null ? "failed" : "complete";
  const values = [tx.workspace, id, JSON.stringify(evidence), state];
  const [row] = await tx.statement<Pick<RequestRow, "policy_id" | "agent_id">>(
    "governance.save-evidence",
    SAVE,
    values,
  );
  return row;
}
