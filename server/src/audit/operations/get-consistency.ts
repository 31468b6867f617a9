import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { consistencyText, planConsistency } from "../sealing/consistency.ts";
import { mustBeSealed } from "../sealing/sealed.ts";
import { proofOf } from "../store/leaves.ts";
import { findTree } from "../store/trees.ts";

export const getConsistency = query({
  name: "audit.get_consistency",
  summary: "Get the proof that the sealed record begins with all facts of an earlier checkpoint.",
  description:
    "A proof of RFC 6962 from the earlier number of facts to the newest checkpoint, in the form that C2SP's tlog-witness " +
    "gives to its requests: the earlier number, the hashes and the newest checkpoint.",
  route: "GET /audit/consistency",
  permission: "audit:read",
  // For people outside, and too long for a model.
  tool: false,
  input: Fields({
    from: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "The size of the earlier checkpoint.",
    }),
  }),
  output: Fields({ proof: Type.String(), from: Type.Integer(), size: Type.Integer() }),
  text: { types: ["text/plain"], of: ({ proof }) => ({ type: "text/plain", body: proof }) },
  problems: ["conflict", "invalid_input"],
  async run({ tx }, { from }) {
    const { checkpoint, tree } = mustBeSealed(await findTree(tx));
    if (from > tree.size) throw invalid("/from", `is more than the ${tree.size} facts that are sealed.`);
    const hashes = await proofOf(tx, planConsistency(from, tree.size));
    return { proof: consistencyText({ old: from, hashes, checkpoint }), from, size: tree.size };
  },
});
