/** Inboxes: the messages to an owner in the order of their positions, which are given under the mailbox's lock. */
import { anyOf } from "../../kernel/db/any-of.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

/** Returns at least one row for an owner with a mailbox, so that the count and the page are of the same moment. */
const PAGE = `
select b.unread, d.position, d.message_id
from mailboxes b left join lateral (
  select position, message_id from deliveries
  where workspace_id = $1 and owner_id = $2 and position > $3 and (not $4::boolean or read_at is null)
  order by position limit $5
) d on true
where b.workspace_id = $1 and b.owner_id = $2
order by d.position`;

const UNREAD_PAGE = PAGE.replace("(not $4::boolean or read_at is null)", "$4::boolean and read_at is null");

export interface Delivered {
  position: bigint;
  message_id: string;
}

export interface InboxPage {
  unread: number;
  items: Delivered[];
}

interface InboxFilters {
  owner: string;
  after: string;
  unreadOnly: boolean;
  limit: number;
}

export async function readMailbox(tx: ReadTx, { owner, after, unreadOnly, limit }: InboxFilters): Promise<InboxPage> {
  const [name, text] = unreadOnly ? ["messages.inbox-unread", UNREAD_PAGE] : ["messages.inbox", PAGE];
  const rows = await tx.statement<{ unread: number } & (Delivered | { position: null; message_id: null })>(name, text, [
    tx.workspace,
    owner,
    after,
    unreadOnly,
    limit,
  ]);
  return { unread: rows[0]?.unread ?? 0, items: rows.filter((row) => row.position !== null) };
}

/** Skips locked deliveries: another transaction is marking them. */
const DELIVERED = `
with shown as materialized (
  select d.position from unnest($3::bigint[]) as s(position)
    join deliveries d on d.workspace_id = $1 and d.owner_id = $2 and d.position = s.position
  where d.delivered_at is null order by d.position for no key update of d skip locked
)
update deliveries d set delivered_at = $4 from shown s
where d.workspace_id = $1 and d.owner_id = $2 and d.position = s.position`;

/** Stores that an inbox showed these messages for the first time. */
export async function saveDelivered(tx: Tx, owner: string, positions: readonly bigint[], at: Date): Promise<void> {
  await tx.statement("messages.delivered", DELIVERED, [tx.workspace, owner, positions.map(String), at]);
}

/** Locks the mailbox, so that its count and its deliveries change together. Undefined when it does not exist yet. */
export async function lockMailbox(tx: Tx, owner: string): Promise<{ unread: number } | undefined> {
  return tx
    .selectFrom("mailboxes")
    .select("unread")
    .where("workspace_id", "=", tx.workspace)
    .where("owner_id", "=", owner)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Returns the deliveries of these messages to the owner, in the order of their positions. */
export async function findDeliveries(tx: ReadTx, owner: string, messageIds: readonly string[]): Promise<Delivered[]> {
  return tx
    .selectFrom("deliveries")
    .select(["position", "message_id"])
    .where("workspace_id", "=", tx.workspace)
    .where("owner_id", "=", owner)
    .where("message_id", "=", anyOf(messageIds))
    .orderBy("position")
    .execute();
}

const MARKED = `set read_at = bailiwick_now(), delivered_at = coalesce(d.delivered_at, bailiwick_now())`;
const MARK = `
with marked as (
  update deliveries d ${MARKED} from unnest($3::bigint[]) as s(position)
  where d.workspace_id = $1 and d.owner_id = $2 and d.position = s.position and d.read_at is null
  returning d.position
)
select count(*)::int as read from marked`;

/** Marks these messages as read. The mailbox must be locked. */
export async function markRead(tx: Tx, owner: string, positions: readonly bigint[]): Promise<number> {
  const values = [tx.workspace, owner, positions.map(String)];
  const [row] = await tx.statement<{ read: number }>("messages.mark", MARK, values);
  return row?.read ?? 0;
}

const MARK_UP_TO = `
with unread as materialized (
  select position from deliveries where workspace_id = $1 and owner_id = $2 and position <= $3 and read_at is null
  order by position limit $4
), marked as (
  update deliveries d ${MARKED} from unread u
  where d.workspace_id = $1 and d.owner_id = $2 and d.position = u.position
  returning d.position
)
select count(*)::int as read from marked`;

/** Marks all messages up to a position as read, the oldest first. The mailbox must be locked. */
export async function markReadUpTo(tx: Tx, owner: string, position: bigint, limit: number): Promise<number> {
  const values = [tx.workspace, owner, position.toString(), limit];
  const [row] = await tx.statement<{ read: number }>("messages.mark-up-to", MARK_UP_TO, values);
  return row?.read ?? 0;
}

/** Saves the new count of unread messages. */
export async function saveUnread(tx: Tx, owner: string, unread: number): Promise<void> {
  await tx
    .updateTable("mailboxes")
    .set({ unread })
    .where("workspace_id", "=", tx.workspace)
    .where("owner_id", "=", owner)
    .execute();
}

const MARKS = `
select owner_id, last_position::text as mark from mailboxes where workspace_id = $1 and owner_id = any($2::uuid[])`;

/** Returns the position of the last message of each mailbox. The kernel wakes the callers whose mark changes. */
export async function mailboxMarks(tx: ReadTx, owners: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.statement<{ owner_id: string; mark: string }>("messages.marks", MARKS, [
    tx.workspace,
    [...owners],
  ]);
  return new Map(rows.map(({ owner_id, mark }) => [owner_id, mark]));
}
