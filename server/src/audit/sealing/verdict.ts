/** The verdicts, and the check of a checkpoint that was kept apart. */
import { Altered } from "./line.ts";
import { type Checkpoint, isSignedBy, readCheckpoint, readVerifier } from "./note.ts";

export interface Verdict {
  /** The verdict in its fixed words, then what else was found or not checked. */
  lines: string[];
  /** 0: consistent; 1: altered or cut; 2: nothing to verify. */
  exitCode: 0 | 1 | 2;
}

export interface Against {
  /** The text of a checkpoint that was kept apart from the file. */
  checkpoint?: string | undefined;
  /** The verifier key. */
  key?: string | undefined;
}

export const UNSIGNED = "the signature of the checkpoint was not checked: give --key";

/** Returns the checkpoint. Throws when the text is none, or when the given key did not sign it. */
export function requireSigned(checkpoint: string, key: string | undefined): Checkpoint {
  const read = readCheckpoint(checkpoint);
  if (!read) throw new Altered("altered: the checkpoint is no checkpoint");
  if (key === undefined) return read;
  const verifier = readVerifier(key);
  if (!verifier) throw new Altered("altered: the key is no verifier key");
  if (!isSignedBy(checkpoint, verifier)) throw new Altered("altered: the checkpoint is not signed by the key");
  return read;
}

/** Returns the verdict of the check, or that of a changed record. */
export async function verdictFrom(check: () => Promise<Verdict> | Verdict): Promise<Verdict> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof Altered) return { lines: [error.message], exitCode: 1 };
    throw error;
  }
}
