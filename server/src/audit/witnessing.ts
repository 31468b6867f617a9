/** Sends the newest checkpoints to the witnesses of this installation, and stores their cosignatures. */
import type { Static } from "typebox";
import type { JobContext } from "../kernel/jobs/job.ts";
import { takeTurns } from "../kernel/jobs/workspace-turns.ts";
import { type Answer, post } from "../kernel/outbound/post.ts";
import { claimWitness } from "./operations/claim-witness.ts";
import { getConsistency } from "./operations/get-consistency.ts";
import { noteWitness } from "./operations/note-witness.ts";
import { readConsistency } from "./sealing/consistency.ts";
import { cosignatureOf } from "./sealing/cosignature.ts";
import { readVerifier, WITNESS } from "./sealing/note.ts";
import { type Cosigned, listDue } from "./store/witnesses.ts";
import { knownSize, problemOfStatus, type Refusal, refusalOf, type Witness, witnessesOf } from "./witness-rules.ts";

/** A workspace is shown to its witnesses one after the other. A witness that is silent is not tried again in this round. */
export async function witnessDue(context: JobContext): Promise<void> {
  const witnesses = witnessesOf(context.env.settings);
  if (witnesses.length === 0) return;
  const names = witnesses.map(({ name }) => name);
  const due = await context.db.outside((tx) => listDue(tx, names));
  const silent = new Set<string>();
  const workspaces = [...new Set(due.map(({ workspace_id }) => workspace_id))];
  const { failures } = await takeTurns(workspaces, async (workspace) => {
    const own = due.filter(({ workspace_id }) => workspace_id === workspace).map(({ name }) => name);
    for (const witness of witnesses) {
      if (context.stop.aborted) return false;
      if (!own.includes(witness.name) || silent.has(witness.name)) continue;
      const isHeard = await showTo(context, workspace, witness);
      if (!isHeard) silent.add(witness.name);
    }
    return false;
  });
  if (failures.length > 0) throw failures[0];
}

/** Returns false when there was no answer. */
async function showTo(context: JobContext, workspace: string, witness: Witness): Promise<boolean> {
  const { name } = witness;
  // The dispatcher returns the operation's output.
  const { from } = (await context.dispatch(claimWitness, workspace, { witness: name })) as Static<
    typeof claimWitness.output
  >;
  if (from === null) return true;
  const found = await cosignedFrom(context, workspace, witness, from);
  const outcome = "silent" in found ? { problem: found.silent, is_refused: false } : found;
  await context.dispatch(noteWitness, workspace, { witness: name, outcome });
  return !("silent" in found);
}

/** A witness that names another size than `from` is shown the proof from that size, once. */
async function cosignedFrom(
  context: JobContext,
  workspace: string,
  witness: Witness,
  from: number,
  isRepeat = false,
): Promise<Cosigned | Refusal | { silent: string }> {
  // The dispatcher returns the operation's output.
  const { proof, size } = (await context.dispatch(getConsistency, workspace, { from })) as Static<
    typeof getConsistency.output
  >;
  const answer = await sent(context, witness, proof);
  if (answer.status === undefined) return { silent: `The witness could not be reached. ${answer.error}`.slice(0, 500) };
  if (answer.status === 200) return cosignedIn(answer.start, { witness, proof, size });
  const known = knownSize(answer);
  if (known === undefined) return problemOfStatus(answer.status);
  const refusal = refusalOf({ known, from, size });
  if (refusal) return refusal;
  return isRepeat ? problemOfStatus(answer.status) : cosignedFrom(context, workspace, witness, known, true);
}

function sent({ env, stop }: JobContext, { url }: Witness, body: string): Promise<Answer> {
  return post({ url, headers: { "content-type": "text/plain" }, body }, { allowed: env.settings.privateHosts, stop });
}

const WRONG: Refusal = { problem: "The cosignature is not of the key of the witness.", is_refused: false };

function cosignedIn(
  lines: string,
  { witness, proof, size }: { witness: Witness; proof: string; size: number },
): Cosigned | Refusal {
  const checkpoint = readConsistency(proof)?.checkpoint ?? "";
  const verifier = readVerifier(witness.key, WITNESS);
  const cosignature = verifier && cosignatureOf(lines, checkpoint, verifier);
  return cosignature === undefined ? WRONG : { size, checkpoint, cosignature };
}
