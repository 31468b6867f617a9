/** Takes due answers of one workspace in bounded batches. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { MessageTable } from "./messages.ts";

/** The messages that one sweep handles. */
const BATCH = 20;

export type DueMessage = Omit<MessageTable, "workspace_id" | "look_at" | "reply_by"> & {
  reply_by: string;
  kind: "task" | "free" | "direct";
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
returning s.name as sender_name, m.id, m.thread_id, t.kind, m.task_id, m.role, m.content, m.from_agent_id, m.from_user_id, m.to_agent_id,
  m.to_user_id, m.in_reply_to, m.reply_by, m.replied_at, m.overdue_at, m.created_at`;

export async function takeDue(tx: Tx): Promise<DueMessage[]> {
  return tx.statement<DueMessage>("messages.due", DUE, [tx.workspace]);
}
