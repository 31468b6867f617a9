/** Deletes the large data of old facts. One function of the database does it, and keeps to the floor of the workspace. */
import type { Tx } from "../../kernel/db/tx.ts";

export interface Trimmed {
  /** The day before which the facts were stored. */
  before: string;
  facts: number;
  bytes: string | bigint;
  is_done: boolean;
}

const TRIM = "select before::text as before, facts, bytes, is_done from bailiwick_trim_payloads($1::date, $2)";

/** Returns undefined when another process does this work or has done it. */
export async function trimPayloads(tx: Tx, first: string, leavesMax: number): Promise<Trimmed | undefined> {
  const [row] = await tx.statement<Trimmed>("audit.trim-payloads", TRIM, [first, leavesMax]);
  return row;
}
