/** Finds the number of a fact in the log by its id. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { findBehind } from "../kernel/facts/whole.ts";
import { findLeaf } from "./store/leaves.ts";
import { findTree } from "./store/trees.ts";

const START = { xid: 0n, seq: 0n };

/** A sealed fact is found by its leaf, and a newer one among the facts behind the tree. One that is sealed meanwhile has a leaf. */
export async function findNumber(tx: ReadTx, id: string): Promise<bigint | undefined> {
  return (
    (await findLeaf(tx, id))?.seq ??
    (await findBehind(tx, (await findTree(tx))?.position ?? START, id)) ??
    (await findLeaf(tx, id))?.seq
  );
}
