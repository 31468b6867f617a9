import { setImmediate } from "node:timers/promises";
import Type from "typebox";
import type { Tx } from "../../kernel/db/tx.ts";
import type { SecretBox } from "../../kernel/environment.ts";
import { factsAfter, type LoggedFact, readHorizon } from "../../kernel/facts/follow.ts";
import { command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { dataHash, entryText } from "../sealing/entry.ts";
import { keyName, openKey, sealKey } from "../sealing/key.ts";
import { newSigningKey, signCheckpoint } from "../sealing/note.ts";
import { EMPTY_TREE, grow, leafHash, rootOf } from "../sealing/tree.ts";
import { insertLeaves, insertNodes, listSealed, type NewLeaf } from "../store/leaves.ts";
import { insertTree, lockTree, saveTree, type TreeRow } from "../store/trees.ts";

/** Each transaction costs as much as some hundred facts. */
const FACTS_MAX = 1_000;
const FACTS_AT_ONCE = 100;

/** Makes the next facts leaves of the tree, and signs the new checkpoint. A fact is a leaf once, in commit order. */
export const sealFacts = command({
  name: "audit.seal_facts",
  summary: "Seal the new facts of one workspace into its Merkle tree.",
  route: "POST /internal/audit/seal-facts",
  internal: true,
  permission: "audit:seal",
  input: Fields({}),
  output: Fields({ sealed: Type.Integer(), has_more: Type.Boolean() }),
  problems: [],
  async run({ tx, env }) {
    const row = await lockTree(tx);
    if (!row) {
      await insertTree(tx, await newTree(tx, env.secrets));
      return unchanged({ sealed: 0, has_more: false });
    }
    const page = await factsAfter(tx, row.position, FACTS_MAX);
    if (page.epoch !== row.position.epoch) {
      await saveTree(tx, { ...row, position: beginningOf(page.epoch) });
      return unchanged({ sealed: 0, has_more: true });
    }
    const last = page.facts.at(-1);
    if (!last) return unchanged({ sealed: 0, has_more: false });
    const sealed = await addLeaves(tx, env.secrets, { ...row, position: last.resume }, page.facts);
    return unchanged({ sealed, has_more: page.hasMore });
  },
});

const beginningOf = (epoch: string) => ({ epoch, xid: 0n, seq: 0n });

async function newTree(tx: Tx, secrets: SecretBox): Promise<TreeRow> {
  const key = newSigningKey(keyName(tx.workspace));
  const { epoch } = await readHorizon(tx);
  return {
    tree: EMPTY_TREE,
    position: beginningOf(epoch),
    public_key: key.x,
    sealed_key: sealKey(secrets, tx.workspace, key),
    checkpoint: signCheckpoint(key, { size: 0, root: rootOf(EMPTY_TREE) }),
  };
}

async function addLeaves(tx: Tx, secrets: SecretBox, row: TreeRow, logged: readonly LoggedFact[]): Promise<number> {
  const known = await listSealed(
    tx,
    logged.map(({ fact }) => fact.id),
  );
  const leaves: NewLeaf[] = [];
  for (const one of logged) {
    if (known.has(one.fact.id)) continue;
    leaves.push(leafOf(tx.workspace, one, row.tree.size + leaves.length));
    // Callers whose answers of the database have arrived go first.
    if (leaves.length % FACTS_AT_ONCE === 0) await setImmediate();
  }
  const { tree, nodes } = grow(
    row.tree,
    leaves.map(({ hash }) => hash),
  );
  const key = openKey(secrets, tx.workspace, row);
  const checkpoint = signCheckpoint(key, { size: tree.size, root: rootOf(tree) });
  await Promise.all([insertLeaves(tx, leaves), insertNodes(tx, nodes), saveTree(tx, { ...row, tree, checkpoint })]);
  return leaves.length;
}

/** Names each field: to spread a fact into an entry costs more than its hashes. */
function leafOf(workspace_id: string, { fact, position, agent_id }: LoggedFact, leaf: number): NewLeaf {
  const { id, type, actor, subject, request_id, trace_id, created_at } = fact;
  const data_sha256 = dataHash(fact.data);
  const hash = leafHash(
    entryText({ id, type, actor, subject, request_id, trace_id, created_at, workspace_id, agent_id, data_sha256 }),
  );
  return { leaf, fact_id: id, seq: position.seq, data_sha256, hash };
}
