/** The leaves of the Merkle trees, and the stored roots of their subtrees. The database refuses to change either. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { HASH_BYTES, type Hash, type PlannedProof, type StoredNode } from "../sealing/tree.ts";

export interface Leaf {
  leaf: number;
  fact_id: string;
  seq: bigint;
  data_sha256: Buffer;
  hash: Hash;
}

/** A leaf with the hash of its data in hex. */
export interface NewLeaf extends Omit<Leaf, "data_sha256"> {
  data_sha256: string;
}

const KNOWN = "select fact_id from audit_leaves where workspace_id = $1 and fact_id = any($2::uuid[])";

/** Ids and numbers need no quotes. The driver would quote and escape each. */
const arrayOf = (values: readonly (string | bigint)[]) => `{${values.join(",")}}`;

/** Returns those of the facts that are leaves already: a restored log is read from its beginning. */
export async function listSealed(tx: ReadTx, factIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.statement<{ fact_id: string }>("audit.list-sealed", KNOWN, [tx.workspace, arrayOf(factIds)]);
  return new Set(rows.map(({ fact_id }) => fact_id));
}

/** The hashes come as two values: a list of them would be written and read as text. */
const INSERT_LEAVES = `insert into audit_leaves (workspace_id, leaf, fact_id, seq, data_sha256, hash)
select $1, $2::bigint + n.place - 1, n.fact_id, n.seq,
  substr($5::bytea, (n.place::int - 1) * ${HASH_BYTES} + 1, ${HASH_BYTES}),
  substr($6::bytea, (n.place::int - 1) * ${HASH_BYTES} + 1, ${HASH_BYTES})
from unnest($3::uuid[], $4::bigint[]) with ordinality n(fact_id, seq, place)`;

/** The leaves follow each other. */
export async function insertLeaves(tx: Tx, leaves: readonly NewLeaf[]): Promise<void> {
  const [first] = leaves;
  if (!first) return;
  await tx.statement("audit.insert-leaves", INSERT_LEAVES, [
    tx.workspace,
    first.leaf,
    arrayOf(leaves.map(({ fact_id }) => fact_id)),
    arrayOf(leaves.map(({ seq }) => seq)),
    Buffer.from(leaves.map(({ data_sha256 }) => data_sha256).join(""), "hex"),
    Buffer.concat(leaves.map(({ hash }) => hash)),
  ]);
}

const INSERT_NODES = `insert into audit_nodes (workspace_id, level, place, hash)
select $1, n.level, n.place, n.hash from unnest($2::int[], $3::bigint[], $4::bytea[]) n(level, place, hash)`;

export async function insertNodes(tx: Tx, nodes: readonly StoredNode[]): Promise<void> {
  if (nodes.length === 0) return;
  await tx.statement("audit.insert-nodes", INSERT_NODES, [
    tx.workspace,
    nodes.map(({ level }) => level),
    nodes.map(({ place }) => place),
    nodes.map(({ hash }) => hash),
  ]);
}

const COLUMNS = "leaf, fact_id, seq, data_sha256, hash";
const OF_FACT = `select ${COLUMNS} from audit_leaves where workspace_id = $1 and fact_id = $2`;
const FROM = `select ${COLUMNS} from audit_leaves where workspace_id = $1 and leaf >= $2 order by leaf limit $3`;

type Stored = Omit<Leaf, "leaf"> & { leaf: bigint };
const fromStored = (row: Stored): Leaf => ({ ...row, leaf: Number(row.leaf) });

export async function findLeaf(tx: ReadTx, factId: string): Promise<Leaf | undefined> {
  const [row] = await tx.statement<Stored>("audit.find-leaf", OF_FACT, [tx.workspace, factId]);
  return row && fromStored(row);
}

export async function listLeaves(tx: ReadTx, from: number, most: number): Promise<Leaf[]> {
  return (await tx.statement<Stored>("audit.list-leaves", FROM, [tx.workspace, from, most])).map(fromStored);
}

const HASHES = `select r.level, h.place, h.hash
from unnest($2::int[], $3::bigint[], $4::bigint[]) r(level, first, last) cross join lateral (
  select l.leaf as place, l.hash from audit_leaves l
  where r.level = 0 and l.workspace_id = $1 and l.leaf between r.first and r.last
  union all
  select n.place, n.hash from audit_nodes n
  where n.workspace_id = $1 and n.level = r.level and n.place between r.first and r.last) h`;

/** Returns the hashes of a planned proof. Throws when a stored hash is missing. */
export async function proofOf(tx: ReadTx, { needs, of }: PlannedProof): Promise<Hash[]> {
  const rows = await tx.statement<{ level: number; place: bigint; hash: Hash }>("audit.hashes", HASHES, [
    tx.workspace,
    needs.map(({ level }) => level),
    needs.map(({ first }) => first),
    needs.map(({ last }) => last),
  ]);
  const hashes = new Map(rows.map(({ level, place, hash }) => [`${level} ${place}`, hash]));
  return of((level, place) => {
    const hash = hashes.get(`${level} ${place}`);
    if (!hash) throw new Error(`The tree has no hash at level ${level}, place ${place}.`);
    return hash;
  });
}
