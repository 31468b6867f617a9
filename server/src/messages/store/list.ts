/** Lists messages by keyset. Ids are UUIDv7, so their order is the order of sending. */
import { sql } from "kysely";
import { cappedRows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf } from "../../kernel/db/columns.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { CURSOR, decodeCursor, type Paged, pageOf } from "../../kernel/paging.ts";
import { invalid } from "../../kernel/problem.ts";
import type { InputOf } from "../../kernel/schema.ts";
import { CONTENT_SHOWN_MAX, DELIVERY_COLUMNS, type ListInput, type MessageRow, READ_COLUMNS } from "../schema.ts";
import { directThreadId } from "../thread-id.ts";
import { inText, type Reader, readable } from "./readable.ts";

/**
 * Messages with the delivery to the given recipient, or to the addressee when none is given. PostgreSQL reads only the
 * beginning of a long text, and the size of a text without the text.
 */
const readText = (content: string) => `
select ${listOf(READ_COLUMNS, "m")}, ${content} as content, octet_length(m.content) as content_bytes,
  ${listOf(DELIVERY_COLUMNS, "d")}
from unnest($2::uuid[]) with ordinality as w(id, place)
  join messages m on m.workspace_id = $1 and m.id = w.id
  left join lateral (select ${listOf(DELIVERY_COLUMNS)} from deliveries
    where workspace_id = $1 and owner_id = coalesce($3::uuid, m.to_agent_id, m.to_user_id) and message_id = m.id
    offset 0) d on true
where ${readable("m", { reader: "$4::uuid", readsAll: "$5::boolean" })}
order by w.place`;
const BEGINNINGS = readText(`left(m.content, ${CONTENT_SHOWN_MAX})`);
const WHOLE = readText("m.content");

/** Returns the beginnings of the messages in the order of the ids, as many as fit on a page, and at least one. */
export async function readMessages(
  tx: ReadTx,
  ids: readonly string[],
  { id: reader, readsAll }: Reader,
  recipient: string | null = null,
): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  const read = rowsOf<MessageRow>("messages.read", BEGINNINGS, [tx.workspace, [...ids], recipient, reader, readsAll]);
  return (await cappedRows(tx, read, ids.length)).rows;
}

export async function findMessage(tx: ReadTx, id: string, by: Reader): Promise<MessageRow | undefined> {
  const values = [tx.workspace, [id], null, by.id, by.readsAll];
  const [message] = await tx.statement<MessageRow>("messages.get", WHOLE, values);
  return message;
}

type Filters = InputOf<typeof ListInput>;

/** The parameters of a lookup. */
interface Looked {
  filters: Filters;
  ascending: boolean;
  /** The last id of the previous page. */
  beyond: string | undefined;
  limit: number;
  by: Reader;
}

export async function listMessageRows(tx: ReadTx, input: Filters, by: Reader): Promise<Paged<MessageRow>> {
  const filters = withDirectThread(input);
  const size = filters.limit;
  const [beyond] = decodeCursor(filters.cursor, [CURSOR.id]) ?? [];
  const ids = await findIds(tx, { filters, ascending: filters.order === "asc", beyond, limit: size + 1, by });
  const rows = await readMessages(tx, ids.slice(0, size), by);
  return pageOf(rows, ids.length > rows.length, ({ id }) => [id]);
}

/** The direct messages of an agent and a person are in the direct thread of the two. */
function withDirectThread(filters: Filters): Filters {
  const { agent_id: agentId, with_user_id: userId, thread_id: threadId, ...rest } = filters;
  if (userId === undefined) return filters;
  if (agentId === undefined) throw invalid("/with_user_id", "needs agent_id.");
  if (threadId !== undefined) throw invalid("/thread_id", "does not go with with_user_id.");
  return { ...rest, thread_id: directThreadId(agentId, userId) };
}

function findIds(tx: ReadTx, looked: Looked): Promise<string[]> {
  const { q, agent_id: agentId, awaiting_reply: awaiting } = looked.filters;
  if (q !== undefined) return searchIds(tx, looked, q);
  return agentId === undefined || awaiting ? idsByColumns(tx, looked) : idsOfAgent(tx, looked, agentId);
}

const SEARCH = "select search_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as id";

async function searchIds(
  tx: ReadTx,
  { filters, ascending, beyond, limit, by }: Looked,
  words: string,
): Promise<string[]> {
  const { task_id = null, thread_id = null, agent_id = null, awaiting_reply = false } = filters;
  const values = [
    words,
    task_id,
    thread_id,
    agent_id,
    awaiting_reply,
    ascending,
    beyond ?? null,
    limit,
    by.id,
    by.readsAll,
  ];
  const rows = await tx.statement<{ id: string }>("messages.search", SEARCH, [tx.workspace, ...values]);
  return rows.map(({ id }) => id);
}

async function idsByColumns(tx: ReadTx, { filters, ascending, beyond, limit, by }: Looked): Promise<string[]> {
  const { task_id: taskId, thread_id: threadId, agent_id: agentId, awaiting_reply: awaiting } = filters;
  let found = tx.selectFrom("messages").select("id").where("workspace_id", "=", tx.workspace);
  if (!by.readsAll) found = found.where(sql<boolean>`${sql.raw(readable("messages", inText(by)))}`);
  if (taskId !== undefined) found = found.where("task_id", "=", taskId);
  if (threadId !== undefined) found = found.where("thread_id", "=", threadId);
  if (awaiting) found = found.where("reply_by", "is not", null).where("replied_at", "is", null);
  if (agentId !== undefined) {
    found = found.where((either) =>
      either.or([either("from_agent_id", "=", agentId), either("to_agent_id", "=", agentId)]),
    );
  }
  if (beyond !== undefined) found = found.where("id", ascending ? ">" : "<", beyond);
  const rows = await found
    .orderBy("id", ascending ? "asc" : "desc")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Returns the messages that the agent sent or received. Each of the two has an index in the order of ids. */
async function idsOfAgent(tx: ReadTx, looked: Looked, agentId: string): Promise<string[]> {
  const { filters, ascending, beyond, limit, by } = looked;
  const { task_id: taskId, thread_id: threadId } = filters;
  const order = ascending ? sql`asc` : sql`desc`;
  // The text has only the needed conditions, so that PostgreSQL starts the index at the first row of the page.
  const after = (id: string) =>
    beyond === undefined ? sql`` : sql`and ${sql.ref(id)} ${ascending ? sql`>` : sql`<`} ${beyond}::uuid`;
  const inPlace = sql`${taskId === undefined ? sql`` : sql`and m.task_id = ${taskId}::uuid`}
    ${threadId === undefined ? sql`` : sql`and m.thread_id = ${threadId}::uuid`}
    ${by.readsAll ? sql`` : sql`and ${sql.raw(readable("m", inText(by)))}`}`;
  const { rows } = await sql<{ id: string }>`
    select id from (
      (select m.id from messages m where m.workspace_id = ${tx.workspace} and m.from_agent_id = ${agentId}
        ${after("m.id")} ${inPlace} order by m.id ${order} limit ${limit})
      union
      (select d.message_id from deliveries d
        cross join lateral (select from messages m where m.workspace_id = d.workspace_id and m.id = d.message_id
          ${inPlace} offset 0) m
        where d.workspace_id = ${tx.workspace} and d.owner_id = ${agentId} ${after("d.message_id")}
        order by d.message_id ${order} limit ${limit})
    ) found order by id ${order} limit ${limit}`.execute(tx);
  return rows.map(({ id }) => id);
}
