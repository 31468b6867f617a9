/** Verifies a file that proves one fact, and a file that proves that a later record begins with an earlier one. */
import { isUuid } from "../../kernel/schema.ts";
import { isConsistent, readConsistency } from "./consistency.ts";
import { Altered } from "./line.ts";
import { PROOF_HEADER, readProof } from "./note.ts";
import { leafHash, rootFromProof } from "./tree.ts";
import { type Against, requireSigned, UNSIGNED, type Verdict, verdictFrom } from "./verdict.ts";

/** Returns the check of the file by its first line; undefined for an export. */
export function proofCheckOf(firstLine: string): typeof verifyProof | undefined {
  if (firstLine === PROOF_HEADER) return verifyProof;
  return /^old [0-9]+$/.test(firstLine) ? verifyConsistency : undefined;
}

/** The checkpoint of a proof is in its file. A checkpoint that was kept apart must be the same tree. */
export function verifyProof(text: string, { checkpoint, key }: Against): Promise<Verdict> {
  return verdictFrom(() => {
    const proof = readProof(text);
    if (!proof) throw new Altered("altered: the file is not in the form of a proof");
    const { size, root, origin } = requireSigned(proof.checkpoint, key);
    const { id, workspace_id } = factOf(proof.entry);
    if (!origin.endsWith(`/${workspace_id}`)) throw new Altered("altered: the checkpoint is of another record");
    const leaf = { index: proof.index, hash: leafHash(proof.entry) };
    const isInside = proof.index < size && rootFromProof(leaf, size, proof.hashes)?.equals(root);
    if (!isInside) throw new Altered("altered: the fact does not lead to the root of the checkpoint");
    const notes = key === undefined ? [UNSIGNED] : [];
    if (checkpoint !== undefined) {
      const kept = requireSigned(checkpoint, key);
      const isSame = kept.size === size && kept.origin === origin;
      if (isSame && !kept.root.equals(root)) throw new Altered("altered: the checkpoint kept apart has another root");
      if (!isSame) notes.push("the checkpoint kept apart is of another size and was not compared");
    }
    return { lines: [`proven: fact ${id} is fact ${proof.index + 1} of ${size}`, ...notes], exitCode: 0 };
  });
}

function factOf(entry: string): { id: string; workspace_id: string } {
  try {
    const { id, workspace_id } = JSON.parse(entry);
    if (isUuid(id) && isUuid(workspace_id)) return { id, workspace_id };
  } catch {
    // No JSON.
  }
  throw new Altered("altered: the entry of the proof is no fact");
}

/** The earlier checkpoint is the one that was kept apart; the file has the proof and the later checkpoint. */
export function verifyConsistency(text: string, { checkpoint, key }: Against): Promise<Verdict> {
  return verdictFrom(() => {
    const proof = readConsistency(text);
    if (!proof) throw new Altered("altered: the file is not in the form of a proof");
    const later = requireSigned(proof.checkpoint, key);
    if (checkpoint === undefined)
      return { lines: ["no records", "give the earlier checkpoint: --checkpoint"], exitCode: 2 };
    const earlier = requireSigned(checkpoint, key);
    if (earlier.origin !== later.origin) throw new Altered("altered: the checkpoint is of another record");
    if (earlier.size !== proof.old)
      throw new Altered(`altered: the proof is for ${proof.old} facts, not ${earlier.size}`);
    if (!isConsistent(earlier, later, proof.hashes))
      throw new Altered("altered: the later record does not begin with the facts of the earlier checkpoint");
    const notes = key === undefined ? [UNSIGNED] : [];
    return {
      lines: [`consistent: the first ${earlier.size} of ${later.size} facts are unaltered`, ...notes],
      exitCode: 0,
    };
  });
}
