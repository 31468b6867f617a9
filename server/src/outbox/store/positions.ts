/** The place in the log of facts up to which facts are in the outbox. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { EpochPosition } from "../../kernel/facts/position.ts";

const LOCK = `select epoch::text as epoch, xid::text as xid, seq from outbox_positions where workspace_id = $1 for update`;

/** Holds the position until the transaction ends, so that one process reads the log at a time. */
export async function lockPosition(tx: Tx): Promise<EpochPosition | undefined> {
  const [row] = await tx.statement<{ epoch: string; xid: string; seq: bigint }>("outbox.lock-position", LOCK, [
    tx.workspace,
  ]);
  return row && { epoch: row.epoch, xid: BigInt(row.xid), seq: row.seq };
}

const SAVE = `insert into outbox_positions (workspace_id, epoch, xid, seq) values ($1, $2, $3::xid8, $4)
on conflict (workspace_id) do update set epoch = excluded.epoch, xid = excluded.xid, seq = excluded.seq`;

export async function savePosition(tx: Tx, { epoch, xid, seq }: EpochPosition): Promise<void> {
  await tx.statement("outbox.save-position", SAVE, [tx.workspace, epoch, String(xid), String(seq)]);
}
