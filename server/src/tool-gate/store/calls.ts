/** The table of calls that people decide about. */
import type { Tx } from "../../kernel/db/tx.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    gate_calls: {
      workspace_id: string;
      action_id: string;
      agent_id: string;
      call_hash: string;
      used_at: string | null;
      created_at: string;
    };
  }
}

export interface CallKey {
  agent_id: string;
  call_hash: string;
}

const LOCK = "select pg_advisory_xact_lock(hashtextextended($1 || $2 || $3, 37))";

/** Decides about equal calls of an agent one after the other, so that one of them uses an approval. Locked before any row. */
export async function lockCall(tx: Tx, { agent_id, call_hash }: CallKey): Promise<void> {
  await tx.statement("gate.lock-call", LOCK, [tx.workspace, agent_id, call_hash]);
}

const FIND = `select action_id from gate_calls
where workspace_id = $1 and agent_id = $2 and call_hash = $3 and used_at is null`;

/** Returns the action about this call whose decision was not used. */
export async function findOpenCall(tx: Tx, { agent_id, call_hash }: CallKey): Promise<string | undefined> {
  const [row] = await tx.statement<{ action_id: string }>("gate.open-call", FIND, [tx.workspace, agent_id, call_hash]);
  return row?.action_id;
}

export async function insertCall(
  tx: Tx,
  call: CallKey & { action_id: string; used_at: string | null; created_at: string },
) {
  const { agent_id, call_hash, action_id, used_at, created_at } = call;
  await tx
    .insertInto("gate_calls")
    .values({ workspace_id: tx.workspace, action_id, agent_id, call_hash, used_at, created_at })
    .execute();
}

/** The next equal call needs another decision. */
export async function closeCall(tx: Tx, action_id: string, used_at: string): Promise<void> {
  await tx
    .updateTable("gate_calls")
    .set({ used_at })
    .where("workspace_id", "=", tx.workspace)
    .where("action_id", "=", action_id)
    .executeTakeFirstOrThrow();
}
