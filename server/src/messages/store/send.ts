/** Many messages in one statement, with their threads and their positions in the inboxes of the recipients. */
import type { Statement } from "../../kernel/db/batch.ts";
import { listOf, recordOf } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { type FactRow, insertFactsOf } from "../../kernel/facts/insert.ts";
import type { Draft } from "../rules.ts";
import { MessageColumns, SENT_COLUMNS, SILENCE_MS, type ThreadKind, UNANSWERED_MAX } from "../schema.ts";
import type { Party } from "./messages.ts";

/** A message whose thread and recipients are known. */
export interface Outgoing extends Draft {
  id: string;
  thread_id: string;
  kind: ThreadKind;
  recipients: readonly Party[];
  /** The caller has checked that the recipient, the task and the answered message exist. */
  is_checked: boolean;
}

/**
 * Inserts missing threads, mailboxes and exchanges of existing tasks, agents and people. Usually none is missing. Here
 * and below, each lookup is a lateral query with `offset 0` or a lock, which PostgreSQL does not merge into the outer
 * query. So it reads each row by its full key, also with a plan that was made for other contents of the tables.
 */
const OPEN = `
with opened as (
  insert into threads (workspace_id, id, kind, task_id)
  select $1, a.thread_id, a.kind, k.id
  from (select distinct thread_id, kind, case kind when 'task' then task_id end as task_id
      from jsonb_to_recordset($2::jsonb) as r(thread_id uuid, kind text, task_id uuid)) a
    left join lateral (select id from tasks where workspace_id = $1 and id = a.task_id offset 0) k on true
    left join lateral (select id from threads where workspace_id = $1 and id = a.thread_id offset 0) t on true
  where t.id is null and (a.task_id is null or k.id is not null)
  order by a.thread_id
  on conflict do nothing returning id
), owners as (
  select g.agent_id as owner_id, g.agent_id, null::uuid as user_id
  from unnest($3::uuid[]) as o(id)
    cross join lateral (select agent_id from gates
      where workspace_id = $1 and agent_id = o.id and pool_id is null offset 0) g
  union all
  select m.user_id, null, m.user_id
  from unnest($4::uuid[]) as o(id)
    cross join lateral (select user_id from members where workspace_id = $1 and user_id = o.id offset 0) m
), boxes as (
  insert into mailboxes (workspace_id, owner_id, agent_id, user_id)
  select $1, o.owner_id, o.agent_id, o.user_id
  from owners o
    left join lateral (select owner_id from mailboxes
      where workspace_id = $1 and owner_id = o.owner_id offset 0) b on true
  where b.owner_id is null and (select count(*) from opened) >= 0
  order by o.owner_id
  on conflict do nothing returning owner_id
)
insert into exchanges (workspace_id, one_id, other_id)
select $1, p.one_id, p.other_id
from (select distinct least(a.from_agent_id, r.id) as one_id, greatest(a.from_agent_id, r.id) as other_id
    from jsonb_to_recordset($2::jsonb) as a(from_agent_id uuid, recipients uuid[])
      cross join lateral unnest(a.recipients) as r(id)
    where a.from_agent_id is not null) p
  left join lateral (select one_id from exchanges
    where workspace_id = $1 and one_id = p.one_id and other_id = p.other_id offset 0) e on true
where e.one_id is null and p.one_id in (select owner_id from owners) and p.other_id in (select owner_id from owners)
  and (select count(*) from boxes) >= 0
order by p.one_id, p.other_id
on conflict do nothing`;

/**
 * Takes locks in one order: answered messages, threads, exchanges, mailboxes, each by id. The counts make PostgreSQL lock
 * all rows of one kind before the first row of the next. The statement inserts a message when its recipients may get it
 * and none of its exchanges has reached a limit. The ordinary way handles the other messages and gives the reasons of
 * refusals. README.md explains the counts. Messages of one group do not answer each other, so the chains before the
 * group decide.
 */
const SEND = `
with calls as materialized (
  select a.*, coalesce(a.from_agent_id, a.from_user_id) as sender_id
  from jsonb_to_recordset($2::jsonb) as a(place int, ${recordOf(MessageColumns, SENT_COLUMNS)},
    recipients uuid[], is_checked boolean, fact jsonb)
), answered as materialized (
  select m.id, r.sender_id
  from (select distinct in_reply_to as id, sender_id from calls where in_reply_to is not null order by 1) r
    cross join lateral (select id from messages where workspace_id = $1 and id = r.id and reply_by is not null
      and replied_at is null and coalesce(to_agent_id, to_user_id) = r.sender_id for no key update) m
), held as materialized (
  select t.id
  from (select distinct thread_id as id from calls where (select count(*) from answered) >= 0 order by 1) a
    cross join lateral (select id from threads where workspace_id = $1 and id = a.id for no key update) t
), ends as materialized (
  select a.place, a.role, a.id, a.sender_id, r.id as recipient_id, least(a.sender_id, r.id) as one_id,
    greatest(a.sender_id, r.id) as other_id
  from calls a cross join lateral unnest(a.recipients) as r(id) where a.sender_id is not null
), talks as materialized (
  select e.*
  from (select distinct one_id, other_id from ends where (select count(*) from held) >= 0 order by 1, 2) p
    cross join lateral (select one_id, other_id, messages, since, last_at from exchanges
      where workspace_id = $1 and one_id = p.one_id and other_id = p.other_id for no key update) e
), boxes as materialized (
  select b.*
  from (select id from (select unnest(recipients) as id from calls union select from_agent_id from calls) u
      where id is not null and (select count(*) from talks) >= 0 order by 1) o
    cross join lateral (select owner_id, agent_id, last_position, chain, chain_since, chain_at, person_wrote_at
      from mailboxes where workspace_id = $1 and owner_id = o.id for no key update) b
), possible as materialized (
  select a.*
  from calls a join held h on h.id = a.thread_id
    left join lateral (select agent_id from gates
      where workspace_id = $1 and agent_id = a.to_agent_id and pool_id is null and status <> 'archived' offset 0) g on true
    left join lateral (select user_id from members
      where workspace_id = $1 and user_id = a.to_user_id and ended_at is null offset 0) u on true
    left join lateral (select id from messages where workspace_id = $1 and id = a.in_reply_to offset 0) i on true
  where a.is_checked or (
    (a.to_agent_id is null or g.agent_id is not null)
    and (a.to_user_id is null or u.user_id is not null)
    and (a.in_reply_to is null or i.id is not null)
    and (a.reply_by is null or a.reply_by > bailiwick_now() and a.reply_by <= bailiwick_now() + interval '30 days'))
), words as materialized (
  select e.place, e.recipient_id as agent_id, e.sender_id as user_id
  from ends e join possible p on p.place = e.place join boxes b on b.owner_id = e.recipient_id
  where e.role = 'user' and b.agent_id is not null
), tried as materialized (
  select e.place, e.one_id, e.other_id, e.recipient_id, r.agent_id is not null as is_agent, w.words,
    case when w.words > 0 or r.agent_id is not null
        and (t.last_at <= (bailiwick_now() - interval '${SILENCE_MS} ms') or t.since < greatest(s.person_wrote_at, r.person_wrote_at))
      then 0 else t.messages end as before,
    case when r.agent_id is null or w.words > 0 or s.chain_at is null or s.chain_at <= (bailiwick_now() - interval '${SILENCE_MS} ms')
        or s.chain_at < greatest(s.person_wrote_at, r.person_wrote_at)
      then 0 else s.chain end as chain, s.chain_since,
    case when r.agent_id is null or w.words > 0 or r.chain_at is null or r.chain_at <= (bailiwick_now() - interval '${SILENCE_MS} ms')
        or r.chain_at < greatest(s.person_wrote_at, r.person_wrote_at)
      then 0 else r.chain end as recipient_chain
  from ends e join boxes s on s.owner_id = e.sender_id join boxes r on r.owner_id = e.recipient_id
    join talks t on t.one_id = e.one_id and t.other_id = e.other_id
    cross join lateral (select count(*) as words from words w where w.place < e.place
      and w.agent_id in (e.sender_id, e.recipient_id)
      and (r.agent_id is not null or w.user_id = e.recipient_id)) w
  where e.role = 'agent'
), counted as materialized (
  select *, before + count(*) over (partition by one_id, other_id, words order by place) as messages from tried
), good as (
  select place, count(*) as ends from counted c
  where c.chain < $3 and (c.recipient_chain < $3 or c.before = 0)
    and c.messages <= case when c.is_agent then $3 else $4 end
  group by place
), fit as materialized (
  select p.* from possible p left join good g on g.place = p.place
  where p.role <> 'agent' or cardinality(p.recipients) = coalesce(g.ends, 0)
), dealt as materialized (
  select f.id, f.thread_id, b.owner_id,
    b.last_position + row_number() over (partition by b.owner_id order by f.place) as position
  from fit f cross join lateral unnest(f.recipients) as r(owner_id) join boxes b on b.owner_id = r.owner_id
), made as (
  insert into messages (workspace_id, ${listOf(SENT_COLUMNS)}, look_at)
  select $1, ${listOf(SENT_COLUMNS)}, bailiwick_now() + (reply_by - bailiwick_now()) / 2
  from fit
  returning id, created_at
), delivered as (
  insert into deliveries (workspace_id, owner_id, position, message_id, thread_id)
  select $1, owner_id, position, id, thread_id from dealt
), talked as (
  update exchanges x set messages = p.messages, since = case when p.is_new then bailiwick_now() else x.since end,
    last_at = bailiwick_now(), last_message_id = coalesce(p.last_id, x.last_message_id)
  from (select e.one_id, e.other_id, (array_agg(coalesce(c.messages, 0) order by e.place desc))[1]::int as messages,
      coalesce(bool_or(c.before = 0), true) as is_new,
      (array_agg(e.id order by e.place desc) filter (where e.role = 'agent'))[1] as last_id
    from ends e join fit f on f.place = e.place
      left join counted c on c.place = e.place and c.recipient_id = e.recipient_id
    group by e.one_id, e.other_id) p
  where x.workspace_id = $1 and x.one_id = p.one_id and x.other_id = p.other_id
), written as materialized (
  select distinct agent_id from words
), chained as (
  select c.owner_id, c.chain, c.since, c.chain >= case when w.agent_id is null and b.chain_at > (bailiwick_now() - interval '${SILENCE_MS} ms')
      and (b.person_wrote_at is null or b.chain_at >= b.person_wrote_at) then b.chain else 0 end as grows
  from (select c.recipient_id as owner_id, max(c.chain) + 1 as chain,
        min(case when c.chain = 0 then bailiwick_now() else c.chain_since end) as since
      from counted c join fit f on f.place = c.place where c.is_agent group by 1) c
    join boxes b on b.owner_id = c.owner_id left join written w on w.agent_id = c.owner_id
), filled as (
  update mailboxes b set last_position = b.last_position + d.messages, unread = b.unread + d.messages,
    person_wrote_at = case when w.agent_id is null then b.person_wrote_at else bailiwick_now() end,
    chain = case when c.grows then c.chain else b.chain end,
    chain_since = case when c.grows then c.since else b.chain_since end,
    chain_at = case when c.grows then bailiwick_now() else b.chain_at end
  from (select owner_id, count(*)::int as messages from dealt group by owner_id) d
    left join written w on w.agent_id = d.owner_id
    left join chained c on c.owner_id = d.owner_id
  where b.workspace_id = $1 and b.owner_id = d.owner_id
), grown as (
  update threads t set message_count = t.message_count + f.messages,
    last_message_id = greatest(t.last_message_id, f.last_id)
  from (select thread_id, count(*)::int as messages, (array_agg(id order by id desc))[1] as last_id
    from fit group by thread_id) f
  where t.workspace_id = $1 and t.id = f.thread_id
), joined as (
  insert into thread_members (workspace_id, thread_id, owner_id)
  select $1, p.thread_id, p.owner_id
  from (select thread_id, sender_id as owner_id from fit where sender_id is not null
    union select thread_id, owner_id from dealt) p
    left join lateral (select owner_id from thread_members
      where workspace_id = $1 and thread_id = p.thread_id and owner_id = p.owner_id offset 0) m on true
  where m.owner_id is null
  order by p.thread_id, p.owner_id
  on conflict do nothing
), logged as (
  ${insertFactsOf("(select fact from fit where fact is not null)")}
), settled as (
  update messages m set replied_at = bailiwick_now(), look_at = null
  from answered a
  where m.workspace_id = $1 and m.id = a.id
    and exists (select from fit f where f.in_reply_to = a.id and f.sender_id = a.sender_id)
)
select id, created_at from made`;

/** The statement joins the messages of a group with themselves many times. It reads tables by their indexes all the same. */
const JOIN_BY_HASH = "select set_config('enable_hashjoin', 'on', true) where $1::uuid is not null";

/** Inserts the thread when it does not exist yet. */
export async function openThread(tx: Tx, place: Pick<Outgoing, "thread_id" | "kind" | "task_id">): Promise<void> {
  await tx.statement("messages.open-alone", OPEN, [tx.workspace, JSON.stringify([place]), [], []]);
}

/** A message, and the fact of its sending when the statement stores the fact. */
export type Sending = Outgoing & { fact?: FactRow | undefined };

/** The last statement returns the id and the time of each inserted message. Messages that were not inserted are missing. */
export function sendStatements(messages: readonly Sending[], hopsMax: number, way: "hot" | "alone"): Statement[] {
  const rows = JSON.stringify(
    messages.map((message, place) => ({
      place,
      ...message,
      recipients: message.recipients.map(({ agent_id, user_id }) => agent_id ?? user_id),
    })),
  );
  const parties = messages.flatMap(({ from_agent_id, from_user_id, recipients }) => [
    { agent_id: from_agent_id, user_id: from_user_id },
    ...recipients,
  ]);
  const owners = [distinct(parties.map(({ agent_id }) => agent_id)), distinct(parties.map(({ user_id }) => user_id))];
  // A connection keeps plans by name, and hot transactions plan with other settings.
  return [
    { name: "messages.join-by-hash", text: JOIN_BY_HASH, values: [] },
    { name: `messages.open-${way}`, text: OPEN, values: [rows, ...owners] },
    { name: `messages.send-${way}`, text: SEND, values: [rows, hopsMax, UNANSWERED_MAX] },
  ];
}

export interface Made {
  id: string;
  created_at: string;
}

/** Inserts messages in an ordinary transaction. Returns the time of each inserted message by its id. */
export async function sendMessages(
  tx: Tx,
  messages: readonly Outgoing[],
  hopsMax: number,
): Promise<Map<string, string>> {
  if (messages.length === 0) return new Map();
  // Sends all statements at once. The last statement sees the rows that the statements before inserted.
  const rows = await Promise.all(
    sendStatements(messages, hopsMax, "alone").map(({ name, text, values }) =>
      tx.statement<Made>(name, text, [tx.workspace, ...values]),
    ),
  );
  return new Map(rows.at(-1)?.map(({ id, created_at }) => [id, created_at]));
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.flatMap((id) => id ?? []))];
}
