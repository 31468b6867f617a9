import Type from "typebox";
import { command, unchanged } from "../../kernel/operation.ts";
import { Fields, Nullable, Text } from "../../kernel/schema.ts";
import { findTree } from "../store/trees.ts";
import { claimWitness as claimRow } from "../store/witnesses.ts";

export const claimWitness = command({
  name: "audit.claim_witness",
  summary: "Claim the next request to one witness of one workspace, when its time has come.",
  route: "POST /internal/audit/claim-witness",
  internal: true,
  permission: "audit:seal",
  input: Fields({ witness: Text(200) }),
  output: Fields({ from: Nullable(Type.Integer()) }),
  problems: [],
  async run({ tx }, { witness }) {
    const size = await claimRow(tx, witness);
    const sealed = (await findTree(tx))?.tree.size ?? 0;
    // A record that is shorter than the witness has seen is shown to it as it is.
    return unchanged({ from: size === undefined ? null : Math.min(size, sealed) });
  },
});
