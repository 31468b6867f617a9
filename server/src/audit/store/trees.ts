/** The Merkle trees of workspaces: their size, their peaks, and the key that signs. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { EpochPosition } from "../../kernel/facts/position.ts";
import { HASH_BYTES, type Tree } from "../sealing/tree.ts";

export interface TreeRow {
  tree: Tree;
  /** The place in the log of facts up to which facts are leaves. */
  position: EpochPosition;
  /** In base64url. */
  public_key: string;
  sealed_key: string;
  checkpoint: string;
}

interface Stored {
  size: bigint;
  peaks: Buffer;
  epoch: string;
  xid: string;
  seq: bigint;
  public_key: string;
  sealed_key: string;
  checkpoint: string;
}

const SELECT = `select size, peaks, epoch::text as epoch, xid::text as xid, seq, public_key, sealed_key, checkpoint
from audit_trees where workspace_id = $1`;
// A second process leaves the workspace to the first one.
const LOCK = `${SELECT} for no key update skip locked`;
const LOCK_STALE = `${SELECT} and split_part(sealed_key, '.', 2) <> $2 for no key update`;

export async function findTree(tx: ReadTx): Promise<TreeRow | undefined> {
  const [row] = await tx.statement<Stored>("audit.find-tree", SELECT, [tx.workspace]);
  return row && fromStored(row);
}

/** Returns undefined when there is no tree, and when another transaction holds it. */
export async function lockTree(tx: Tx): Promise<TreeRow | undefined> {
  const [row] = await tx.statement<Stored>("audit.lock-tree", LOCK, [tx.workspace]);
  return row && fromStored(row);
}

/** Returns the tree when another master key than this one sealed its signing key. */
export async function lockStaleTree(tx: Tx, keyId: string): Promise<TreeRow | undefined> {
  const [row] = await tx.statement<Stored>("audit.lock-stale-tree", LOCK_STALE, [tx.workspace, keyId]);
  return row && fromStored(row);
}

function fromStored({ size, peaks, epoch, xid, seq, ...row }: Stored): TreeRow {
  const count = peaks.length / HASH_BYTES;
  const hashes = Array.from({ length: count }, (_, at) => peaks.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  return { ...row, tree: { size: Number(size), peaks: hashes }, position: { epoch, xid: BigInt(xid), seq } };
}

const INSERT = `insert into audit_trees (workspace_id, size, peaks, epoch, xid, seq, public_key, sealed_key, checkpoint, sealed_at)
values ($1, $2, $3, $4, $5::xid8, $6, $7, $8, $9, bailiwick_now()) on conflict (workspace_id) do nothing`;
const UPDATE = `update audit_trees set size = $2, peaks = $3, epoch = $4, xid = $5::xid8, seq = $6, public_key = $7,
  sealed_key = $8, checkpoint = $9, sealed_at = bailiwick_now() where workspace_id = $1`;

/** A tree that exists already stays as it is. */
export async function insertTree(tx: Tx, row: TreeRow): Promise<void> {
  await tx.statement("audit.insert-tree", INSERT, [tx.workspace, ...valuesOf(row)]);
}

export async function saveTree(tx: Tx, row: TreeRow): Promise<void> {
  await tx.statement("audit.save-tree", UPDATE, [tx.workspace, ...valuesOf(row)]);
}

function valuesOf({ tree, position, public_key, sealed_key, checkpoint }: TreeRow): unknown[] {
  const { epoch, xid, seq } = position;
  return [tree.size, Buffer.concat(tree.peaks), epoch, String(xid), String(seq), public_key, sealed_key, checkpoint];
}
