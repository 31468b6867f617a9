import type { ReadTx } from "../../kernel/db/tx.ts";
import { query } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { getPolicy } from "../../risk/index.ts";
import { changeBacktest, evidenceNow } from "../evidence.ts";
import { Evidence, type Evidence as EvidenceType, NO_EVIDENCE } from "../evidence-schema.ts";
import type { RequestRow } from "../schema.ts";
import { getRequest } from "../store/requests.ts";

export const gatherEvidence = query({
  name: "governance.gather_evidence",
  summary: "Run the backtest of a request.",
  route: "GET /internal/governance/evidence",
  internal: true,
  permission: "governance:sweep",
  input: Fields({ id: Id }),
  output: Fields({ evidence: Evidence }),
  problems: ["not_found", "in_flight"],
  async run({ tx }, { id }) {
    return { evidence: await evidenceOf(tx, await getRequest(tx, id)) };
  },
});

async function evidenceOf(tx: ReadTx, request: RequestRow): Promise<EvidenceType> {
  const { agent_id, policy_id, requested_changes: change } = request;
  let known = request.evidence;
  try {
    const policy = await getPolicy(tx, policy_id);
    if (known.touches === null) known = await evidenceNow(tx, policy, agent_id, change);
    return { ...known, backtest: await changeBacktest(tx, policy, change) };
  } catch (error) {
    // The policy is deleted, or its past is too large. Another backtest that runs is no reason to give up.
    if (!(error instanceof Problem) || error.code === "in_flight") throw error;
    return { ...NO_EVIDENCE, ...known, backtest_failure: error.message };
  }
}
