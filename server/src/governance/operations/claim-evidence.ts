import Type from "typebox";
import { command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { claimEvidence as claimRow } from "../store/evidence.ts";

/** The try counts from here on, so that one that ends with its process counts too. */
export const claimEvidence = command({
  name: "governance.claim_evidence",
  summary: "Choose the next request whose backtest is due, and let the next try wait.",
  route: "POST /internal/governance/claim-evidence",
  internal: true,
  permission: "governance:sweep",
  input: Fields({}),
  output: Fields({ id: Nullable(Id), tries: Type.Integer() }),
  problems: [],
  async run({ tx }) {
    return unchanged((await claimRow(tx)) ?? { id: null, tries: 0 });
  },
});
