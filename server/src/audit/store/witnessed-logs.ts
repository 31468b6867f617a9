/** The logs of other servers that this one witnesses: what it has cosigned of each. Two named functions read and write it. */
import type { PublicTx } from "../../kernel/db/tx.ts";
import { EMPTY_TREE, type Hash, rootOf } from "../sealing/tree.ts";

export interface Witnessed {
  size: number;
  root: Hash;
}

const LOCK = "select size, root from bailiwick_lock_witnessed($1, $2)";

/** Holds the log until the end of the transaction. An unknown log is empty. */
export async function lockWitnessed(tx: PublicTx, origin: string): Promise<Witnessed> {
  const empty = rootOf(EMPTY_TREE);
  const [row] = await tx.statement<{ size: bigint; root: Hash }>("audit.lock-witnessed", LOCK, [origin, empty]);
  return row ? { size: Number(row.size), root: row.root } : { size: 0, root: empty };
}

const SAVE = "select bailiwick_save_witnessed($1, $2, $3)";

export async function saveWitnessed(tx: PublicTx, origin: string, { size, root }: Witnessed): Promise<void> {
  await tx.statement("audit.save-witnessed", SAVE, [origin, size, root]);
}
