/** Lists threads by their last message, newest first. */
import { sql } from "kysely";
import type { Actor } from "../../kernel/actor.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { PARTICIPANTS_SHOWN, type ThreadKind } from "../schema.ts";
import { inText, type Reader, readable, readerOf } from "./readable.ts";

export interface ThreadRow {
  id: string;
  kind: ThreadKind;
  task_id: string | null;
  message_count: number;
  last_message_id: string;
  /** The newest message that the reader may read. */
  shown_message_id: string;
}

interface ThreadFilters {
  /** Only threads in which this agent sent or received messages. */
  member: string | undefined;
  before: string | undefined;
  limit: number;
  by: Reader;
}

export async function listThreadRows(tx: ReadTx, { member, before, limit, by }: ThreadFilters): Promise<ThreadRow[]> {
  let found = tx
    .selectFrom("threads as t")
    .select(["t.id", "t.kind", "t.task_id", "t.message_count", "t.last_message_id"])
    .select(sql<string>`${shownMessage(by)}`.as("shown_message_id"))
    .where("t.workspace_id", "=", tx.workspace)
    .where("t.last_message_id", "is not", null)
    .$narrowType<{ last_message_id: string }>();
  if (!by.readsAll) found = found.where(isReadable(by));
  if (before !== undefined) found = found.where("t.last_message_id", "<", before);
  if (member !== undefined) {
    found = found.where(({ exists, selectFrom, ref }) =>
      exists(
        selectFrom("thread_members as m")
          .select("m.owner_id")
          .where("m.workspace_id", "=", tx.workspace)
          .where("m.owner_id", "=", member)
          .where("m.thread_id", "=", ref("t.id")),
      ),
    );
  }
  return found.orderBy("t.last_message_id", "desc").limit(limit).execute();
}

/** A direct thread is listed for those who are in it. */
function isReadable({ id }: Reader) {
  return sql<boolean>`(t.kind <> 'direct' or exists (select from thread_members m
    where m.workspace_id = t.workspace_id and m.thread_id = t.id and m.owner_id = ${id}::uuid))`;
}

/** A direct thread also has notices to others about late answers, so its newest message may be one of these. */
function shownMessage(by: Reader) {
  if (by.readsAll) return sql.ref("t.last_message_id");
  return sql`case when t.kind <> 'direct' then t.last_message_id else coalesce((select m.id from messages m
    where m.workspace_id = t.workspace_id and m.thread_id = t.id and ${sql.raw(readable("m", inText(by)))}
    order by m.id desc limit 1), t.last_message_id) end`;
}

const ABOUT = `
select t.id, array(select m.owner_id from thread_members m where m.workspace_id = $1 and m.thread_id = t.id
    order by m.owner_id limit ${PARTICIPANTS_SHOWN}) as participants, coalesce(u.unread, 0)::int as unread
from unnest($2::uuid[]) as t(id)
  left join (select d.thread_id, count(*) as unread from deliveries d
    where d.workspace_id = $1 and d.owner_id = $3 and d.read_at is null group by d.thread_id) u on u.thread_id = t.id`;

export interface AboutThread {
  id: string;
  participants: string[];
  unread: number;
}

/** Returns the participants of these threads and the number of messages that the owner has not read. */
export async function aboutThreads(
  tx: ReadTx,
  ids: readonly string[],
  owner: string | null,
): Promise<Map<string, AboutThread>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.statement<AboutThread>("messages.about-threads", ABOUT, [tx.workspace, [...ids], owner]);
  return new Map(rows.map((row) => [row.id, row]));
}

const LAST = `select m.id, t.last_message_id as last from messages m
  join threads t on t.workspace_id = m.workspace_id and t.id = m.thread_id
  where m.workspace_id = $1 and m.id = any($2::uuid[]) and ${readable("m", { reader: "$3::uuid", readsAll: "$4::boolean" })}`;

/** Returns the id of the last message in the conversation of each of these messages, for those that the actor may read. */
export async function lastInThreads(tx: ReadTx, ids: readonly string[], actor: Actor): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const by = readerOf(actor);
  const values = [tx.workspace, ids, by.id, by.readsAll];
  const rows = await tx.statement<{ id: string; last: string }>("messages.last-in-threads", LAST, values);
  return new Map(rows.map(({ id, last }) => [id, last]));
}
