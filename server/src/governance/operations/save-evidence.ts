import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Evidence } from "../evidence-schema.ts";
import { evidenceAdded } from "../facts.ts";
import { about } from "../open-request.ts";
import { saveEvidence as saveRow } from "../store/requests.ts";

export const saveEvidence = command({
  name: "governance.save_evidence",
  summary: "Store the evidence of a request.",
  route: "POST /internal/governance/evidence",
  internal: true,
  permission: "governance:sweep",
  input: Fields({ id: Id, evidence: Evidence }),
  output: Fields({ saved: Type.Boolean() }),
  problems: [],
  async run({ tx }, { id, evidence }) {
    const request = await saveRow(tx, id, evidence);
    if (!request) return unchanged({ saved: false });
    const { policy_id } = request;
    const data = { request_id: id, policy_id, complete: evidence.backtest !== null };
    return changed({ saved: true }, evidenceAdded(id, data, about(request)));
  },
});
