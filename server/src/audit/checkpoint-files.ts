/** Writes the newest checkpoint of each workspace to a folder, for an operator who copies it to another machine. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobContext } from "../kernel/jobs/job.ts";
import { readCheckpoint } from "./sealing/note.ts";
import { checkpointsSince, type SignedRow } from "./store/checkpoints.ts";

/** Writes the checkpoints that were signed since the time. Returns the time of the newest. */
export async function writeCheckpoints(db: JobContext["db"], folder: string, since: string): Promise<string> {
  const signed = await db.outside((tx) => checkpointsSince(tx, since));
  if (signed.length > 0) await mkdir(folder, { recursive: true });
  for (const one of signed) await writeOne(folder, one);
  return signed.at(-1)?.sealed_at ?? since;
}

/** The file is replaced whole, and never by an older checkpoint. */
async function writeOne(folder: string, { workspace_id, checkpoint, size }: SignedRow): Promise<void> {
  const file = join(folder, `${workspace_id}.checkpoint`);
  const kept = readCheckpoint(await readFile(file, "utf8").catch(() => ""));
  if (kept && BigInt(kept.size) >= size) return;
  const next = `${file}.${process.pid}`;
  await writeFile(next, checkpoint);
  await rename(next, file);
}
