/** Takes due answers of one workspace in bounded batches. */
import { listOf } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { type MessageTable, READ_COLUMNS, type ThreadKind } from "../schema.ts";

/** The messages that one sweep handles. */
const BATCH = 20;

export type DueMessage = Pick<MessageTable, (typeof READ_COLUMNS)[number]> & {
  kind: ThreadKind;
  /** The name of the agent that sent the message. */
  sender_name: string | null;
};

/**
 * Takes due messages that no other transaction has locked, and sets the next look to `reply_by` or to never. An answer
 * that arrives at the same time waits for the lock, or has already removed the message from the list.
 */
const DUE = `
with due as materialized (
  select id from messages where workspace_id = $1 and look_at <= bailiwick_now()
  order by look_at, id limit ${BATCH} for no key update skip locked
)
update messages m set
  look_at = case when m.reply_by > bailiwick_now() then m.reply_by end,
  overdue_at = case when m.reply_by > bailiwick_now() then null else bailiwick_now() end
from due d join messages i on i.workspace_id = $1 and i.id = d.id
  join threads t on t.workspace_id = $1 and t.id = i.thread_id
  left join agents s on s.workspace_id = $1 and s.id = i.from_agent_id
where m.workspace_id = $1 and m.id = d.id
returning s.name as sender_name, t.kind, ${listOf(READ_COLUMNS, "m")}`;

export async function takeDue(tx: Tx): Promise<DueMessage[]> {
  return tx.statement<DueMessage>("messages.due", DUE, [tx.workspace]);
}
