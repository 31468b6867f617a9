/** Cosigns a checkpoint of another log that this installation witnesses, as C2SP's tlog-witness says. */
import type { Db } from "../kernel/db/db.ts";
import type { Environment } from "../kernel/environment.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { isConsistent, readConsistency } from "./sealing/consistency.ts";
import { cosign, witnessKey } from "./sealing/cosignature.ts";
import { isSignedBy, readCheckpoint, readVerifier } from "./sealing/note.ts";
import { lockWitnessed, saveWitnessed } from "./store/witnessed-logs.ts";

/** The line of the cosignature, or the size from which the log must prove its checkpoint. */
export type Cosigned = { line: string } | { known: number };

/** The signature of the log is the credential. The lock on the log decides between two callers. */
export async function cosignLog(
  { db, env }: { db: Pick<Db, "outside">; env: Environment },
  text: string,
): Promise<Cosigned> {
  const { old, hashes, checkpoint } = readConsistency(text) ?? malformed();
  const later = readCheckpoint(checkpoint) ?? malformed();
  if (old > later.size) throw invalid("", "The earlier size is greater than the size of the checkpoint.");
  requireLog(env, checkpoint, later.origin);
  return db.outside(async (tx) => {
    const known = await lockWitnessed(tx, later.origin);
    // A log that shows another root for the same size is a fork. The size tells it that its checkpoint is not the known one.
    const isFork = known.size === later.size && !known.root.equals(later.root);
    if (known.size !== old || isFork) return { known: known.size };
    if (!isConsistent(known, later, hashes)) {
      throw new Problem("inconsistent", "The proof does not lead from the known checkpoint to this one.");
    }
    await saveWitnessed(tx, later.origin, later);
    return { line: cosign(witnessKey(env.secrets), checkpoint, tx.now) };
  }, "command");
}

function malformed(): never {
  throw invalid("", "The body is not a request of C2SP's tlog-witness.");
}

function requireLog({ settings }: Environment, checkpoint: string, origin: string): void {
  const keys = settings.witnessedLogs.flatMap((text) => readVerifier(text) ?? []).filter(({ name }) => name === origin);
  if (keys.length === 0) throw new Problem("not_found", "This server does not witness this log.");
  if (!keys.some((key) => isSignedBy(checkpoint, key))) {
    throw new Problem("forbidden", "The checkpoint is not signed by a known key of its log.");
  }
}
