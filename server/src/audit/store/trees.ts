/** The Merkle trees of workspaces: their size, their peaks, and the key that signs. */
import { listOf } from "../../kernel/db/columns.ts";
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

/** A tree as it is stored, with the time at which its newest facts were sealed. */
export interface SealedTree extends TreeRow {
  sealed_at: string;
}

/** The columns that this file reads and writes, with their values as the driver returns them. */
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

type StoredTree = Stored & { sealed_at: string };

/** The columns, each with the value that a row stores in it. */
const VALUES: { [K in keyof Stored]: (row: TreeRow) => unknown } = {
  size: ({ tree }) => tree.size,
  peaks: ({ tree }) => Buffer.concat(tree.peaks),
  epoch: ({ position }) => position.epoch,
  xid: ({ position }) => String(position.xid),
  seq: ({ position }) => String(position.seq),
  public_key: (row) => row.public_key,
  sealed_key: (row) => row.sealed_key,
  checkpoint: (row) => row.checkpoint,
};
const COLUMNS = Object.keys(VALUES);

const SELECT = `select ${listOf(COLUMNS)}, sealed_at from audit_trees where workspace_id = $1`;
// A second process leaves the workspace to the first one.
const LOCK = `${SELECT} for no key update skip locked`;
const LOCK_STALE = `${SELECT} and split_part(sealed_key, '.', 2) <> $2 for no key update`;

export async function findTree(tx: ReadTx): Promise<SealedTree | undefined> {
  const [row] = await tx.statement<StoredTree>("audit.find-tree", SELECT, [tx.workspace]);
  return row && fromStored(row);
}

/** Returns undefined when there is no tree, and when another transaction holds it. */
export async function lockTree(tx: Tx): Promise<SealedTree | undefined> {
  const [row] = await tx.statement<StoredTree>("audit.lock-tree", LOCK, [tx.workspace]);
  return row && fromStored(row);
}

/** Returns the tree when another master key than this one sealed its signing key. */
export async function lockStaleTree(tx: Tx, keyId: string): Promise<SealedTree | undefined> {
  const [row] = await tx.statement<StoredTree>("audit.lock-stale-tree", LOCK_STALE, [tx.workspace, keyId]);
  return row && fromStored(row);
}

function fromStored({ size, peaks, epoch, xid, seq, ...row }: StoredTree): SealedTree {
  const count = peaks.length / HASH_BYTES;
  const hashes = Array.from({ length: count }, (_, at) => peaks.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  return { ...row, tree: { size: Number(size), peaks: hashes }, position: { epoch, xid: BigInt(xid), seq } };
}

/** The workspace is the first value of a statement, and the columns follow. */
const PLACES = COLUMNS.map((_, place) => `$${place + 2}`);
const INSERT = `insert into audit_trees (workspace_id, ${listOf(COLUMNS)}, sealed_at)
values ($1, ${PLACES.join(", ")}, bailiwick_now()) on conflict (workspace_id) do nothing`;
const SET = COLUMNS.map((column, place) => `${column} = ${PLACES[place]}`).join(", ");
const UPDATE = `update audit_trees set ${SET}, sealed_at = bailiwick_now() where workspace_id = $1`;

/** A tree that exists already stays as it is. */
export async function insertTree(tx: Tx, row: TreeRow): Promise<void> {
  await tx.statement("audit.insert-tree", INSERT, [tx.workspace, ...valuesOf(row)]);
}

export async function saveTree(tx: Tx, row: TreeRow): Promise<void> {
  await tx.statement("audit.save-tree", UPDATE, [tx.workspace, ...valuesOf(row)]);
}

/**
 * Counts the publication as of the last slot of the workspace, so that workspaces that were due together are not again.
 * Returns the tree when its time to be published has come; another process that holds it publishes it.
 */
const PUBLISH = `update audit_trees set published_at = bailiwick_publishing_slot(workspace_id, bailiwick_now()), published_size = size
where workspace_id = (select workspace_id from audit_trees where workspace_id = $1 and size > published_size + 1
  and published_at <= bailiwick_now() - make_interval(days => $2::int) for no key update skip locked)
returning checkpoint, size, public_key`;

export async function publishTree(
  tx: Tx,
  days: number,
): Promise<{ checkpoint: string; size: number; public_key: string } | undefined> {
  const [row] = await tx.statement<Pick<Stored, "checkpoint" | "size" | "public_key">>("audit.publish", PUBLISH, [
    tx.workspace,
    days,
  ]);
  return row && { ...row, size: Number(row.size) };
}

function valuesOf(row: TreeRow): unknown[] {
  return Object.values(VALUES).map((value) => value(row));
}
