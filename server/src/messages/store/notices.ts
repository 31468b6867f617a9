/** Notices about missing answers. Each recipient gets at most one notice an hour about one sender. */
import Type, { type Static } from "typebox";
import { columnsOf, listOf, recordOf } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { READ_COLUMNS } from "../schema.ts";
import type { DueMessage } from "./sweep.ts";

/** The sender id of a message from the server. */
export const SERVER = "00000000-0000-0000-0000-000000000000";
/** The notices that one sweep sends. */
const BATCH = 20;

/** A notice that is merged with the waiting notices of the same recipient and sender. */
const NoticeColumns = Fields({
  agent_id: Nullable(Id),
  user_id: Nullable(Id),
  sender_id: Id,
  waiting: Type.Integer(),
  message_id: Id,
});
export type PendingNotice = Static<typeof NoticeColumns>;
const NOTICE_COLUMNS = columnsOf(NoticeColumns);

const ADD = `
insert into overdue_notices as n (workspace_id, owner_id, ${listOf(NOTICE_COLUMNS)})
select $1, coalesce(r.agent_id, r.user_id) as owner_id, ${listOf(NOTICE_COLUMNS, "r")}
from jsonb_to_recordset($2::jsonb) as r(${recordOf(NoticeColumns, NOTICE_COLUMNS)})
order by owner_id, sender_id
on conflict (workspace_id, owner_id, sender_id)
do update set waiting = n.waiting + excluded.waiting, message_id = excluded.message_id`;

export async function addNotices(tx: Tx, notices: readonly PendingNotice[]): Promise<void> {
  if (notices.length === 0) return;
  await tx.statement("messages.add-notices", ADD, [tx.workspace, JSON.stringify(notices)]);
}

const TAKE = `
with due as materialized (
  select owner_id, sender_id, waiting from overdue_notices
  where workspace_id = $1 and waiting > 0 and (told_at is null or told_at <= bailiwick_now() - interval '1 hour')
  order by owner_id, sender_id limit ${BATCH} for no key update skip locked
), taken as (
  update overdue_notices n set waiting = 0, told_at = bailiwick_now() from due d
  where n.workspace_id = $1 and n.owner_id = d.owner_id and n.sender_id = d.sender_id
  returning n.agent_id, n.user_id, d.sender_id, d.waiting, n.message_id
)
select o.agent_id, o.user_id, o.waiting, s.name as sender_name, r.name as recipient_name, t.kind,
  ${listOf(READ_COLUMNS, "m")}
from taken o join messages m on m.workspace_id = $1 and m.id = o.message_id
  join threads t on t.workspace_id = $1 and t.id = m.thread_id
  left join agents s on s.workspace_id = $1 and s.id = m.from_agent_id
  left join agents r on r.workspace_id = $1 and r.id = m.to_agent_id`;

/** A notice to one party: the number of unanswered messages of one sender, and the last of them. */
export type Notice = Omit<PendingNotice, "sender_id" | "message_id"> & DueMessage & { recipient_name: string | null };

/** Takes the notices that are due. Each notice is taken once. */
export async function takeNotices(tx: Tx): Promise<Notice[]> {
  return tx.statement<Notice>("messages.take-notices", TAKE, [tx.workspace]);
}
