/** Writes the newest checkpoint of each workspace to a folder, for an operator who copies it to another machine. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobContext } from "../kernel/jobs/job.ts";
import { readCheckpoint } from "./sealing/note.ts";
import { CHECKPOINTS_AT_ONCE, checkpointsSince, type SignedRow } from "./store/checkpoints.ts";

/** A seal has the time at which its transaction began, so it may be committed after a later one. */
const OVERLAP_MS = 10 * 60_000;

/**
 * Writes the checkpoints that were signed since the time, and those from shortly before. Returns the time of the newest.
 * Throws at the end when a file could not be written.
 */
export async function writeCheckpoints(db: JobContext["db"], folder: string, since: string): Promise<string> {
  const failures: unknown[] = [];
  let newest = since;
  for (let from = new Date(Math.max(0, Date.parse(since) - OVERLAP_MS)).toISOString(); ; ) {
    const signed = await db.outside((tx) => checkpointsSince(tx, from));
    if (signed.length > 0) await mkdir(folder, { recursive: true });
    for (const one of signed) await writeOne(folder, one).catch((error: unknown) => failures.push(error));
    const last = signed.at(-1)?.sealed_at ?? from;
    if (last > newest) newest = last;
    if (signed.length < CHECKPOINTS_AT_ONCE || last === from) break;
    from = last;
  }
  if (failures.length > 0) throw failures[0];
  return newest;
}

/** The file is replaced whole, and never by an older checkpoint. */
async function writeOne(folder: string, { workspace_id, checkpoint, size }: SignedRow): Promise<void> {
  const file = join(folder, `${workspace_id}.checkpoint`);
  const kept = readCheckpoint(await readFile(file, "utf8").catch(() => ""));
  if (kept && BigInt(kept.size) >= size) return;
  const next = `${file}.${randomUUID()}`;
  try {
    await writeFile(next, checkpoint);
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}
