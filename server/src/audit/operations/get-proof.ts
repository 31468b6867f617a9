import Type from "typebox";
import { factsAt } from "../../kernel/facts/whole.ts";
import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { entryOf, entryText } from "../sealing/entry.ts";
import { proofText } from "../sealing/note.ts";
import { mustBeSealed } from "../sealing/sealed.ts";
import { planInclusion } from "../sealing/tree.ts";
import { findLeaf, proofOf } from "../store/leaves.ts";
import { findTree } from "../store/trees.ts";

export const getProof = query({
  name: "audit.get_proof",
  summary:
    "Get the proof that one fact is sealed, as a file that an outsider can verify without the rest of the record.",
  description:
    "A C2SP tlog-proof. Its extra line is the entry of the fact in base64; the hash of the leaf is SHA-256 of a zero byte " +
    "and the entry. The entry has the SHA-256 of the fact's data in the form of RFC 8785. An unknown fact and one that is " +
    "not sealed yet get the same answer.",
  route: "GET /audit/{id}/proof",
  permission: "audit:read",
  // For people outside, and too long for a model.
  tool: false,
  input: Fields({ id: Id }),
  output: Fields({ proof: Type.String(), leaf: Type.Integer(), size: Type.Integer() }),
  text: { types: ["text/plain"], of: ({ proof }) => ({ type: "text/plain", body: proof }) },
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const leaf = await findLeaf(tx, id);
    if (!leaf) throw notFound("sealed fact", id);
    const { checkpoint, tree } = mustBeSealed(await findTree(tx));
    const { rows } = await factsAt(tx, [leaf.seq]);
    const [row] = rows;
    if (!row) throw notFound("sealed fact", id);
    const hashes = await proofOf(tx, planInclusion(leaf.leaf, tree.size));
    const entry = entryText(entryOf(tx.workspace, row, leaf.data_sha256));
    return { proof: proofText({ entry, index: leaf.leaf, hashes, checkpoint }), leaf: leaf.leaf, size: tree.size };
  },
});
