import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Evidence } from "../evidence-schema.ts";
import { evidenceAdded } from "../facts.ts";
import { about } from "../open-request.ts";
import { saveEvidence as saveRow } from "../store/evidence.ts";
import { getRequest } from "../store/requests.ts";

const FAILED = "The server could not run the backtest.";

export const saveEvidence = command({
  name: "governance.save_evidence",
  summary: "Store the evidence of a request. Without evidence, there is no backtest.",
  route: "POST /internal/governance/evidence",
  internal: true,
  permission: "governance:sweep",
  input: Fields({ id: Id, evidence: Type.Optional(Evidence) }),
  output: Fields({ saved: Type.Boolean() }),
  problems: ["not_found"],
  async run({ tx }, { id, evidence: given }) {
    const evidence = given ?? { ...(await getRequest(tx, id)).evidence, backtest_failure: FAILED };
    const request = await saveRow(tx, id, evidence);
    if (!request) return unchanged({ saved: false });
    const { policy_id } = request;
    const data = { request_id: id, policy_id, complete: evidence.backtest !== null };
    return changed({ saved: true }, evidenceAdded(id, data, about(request)));
  },
});
