import type { ReadTx, Tx } from "../kernel/db/tx.ts";

declare module "../kernel/db/tx.ts" {
  interface Tables {
    stored_bytes: { workspace_id: string; day: string; bytes: string };
  }
}

const LOCK = `insert into stored_bytes as s (workspace_id, day, bytes) values ($1, $2, 0)
  on conflict (workspace_id) do update set
    bytes = case when s.day = excluded.day then s.bytes else 0 end, day = excluded.day
  returning bytes::float8 as bytes`;
const SAVE = "update stored_bytes set bytes = $2 where workspace_id = $1";
const GET = "select bytes::float8 as bytes from stored_bytes where workspace_id = $1 and day = $2";

/** Locks the workspace's count until the transaction ends. Returns the bytes of the day, which are 0 on a new day. */
export async function lockStoredBytes(tx: Tx, date: string): Promise<number> {
  const [row] = await tx.statement<{ bytes: number }>("storage.lock", LOCK, [tx.workspace, date]);
  return row?.bytes ?? 0;
}

export async function saveStoredBytes(tx: Tx, bytes: number): Promise<void> {
  await tx.statement("storage.save", SAVE, [tx.workspace, bytes]);
}

export async function getStoredBytes(tx: ReadTx, date: string): Promise<number> {
  const [row] = await tx.statement<{ bytes: number }>("storage.get", GET, [tx.workspace, date]);
  return row?.bytes ?? 0;
}
