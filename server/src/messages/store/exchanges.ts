/** Exchanges that reached their limit, and the answers that one sender waits for. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { OBLIGATIONS_MAX } from "../schema.ts";

export interface Exchange {
  recipient_id: string;
  /** True when the recipient is an agent; false for a person. */
  is_agent: boolean;
  messages: number;
  /** The length of the chain that ends with the sender, or with the recipient. */
  chain: number;
  /** The time of the first of these messages. */
  since: string;
  last_at: string;
  /** A person wrote to one of the two agents since then. */
  has_word: boolean;
  /** The recipient marked the last message as read. */
  is_read: boolean;
}

const EXCHANGES = `
select r.id as recipient_id, b.agent_id is not null as is_agent, x.messages, x.last_at,
  greatest(s.chain, case when x.messages > 0 then b.chain else 0 end) as chain,
  least(x.since, case when s.chain >= $4 then s.chain_since end, case when b.chain >= $4 then b.chain_since end) as since,
  coalesce(greatest(s.person_wrote_at, b.person_wrote_at) >= x.since, false) as has_word,
  coalesce(d.read_at is not null, false) as is_read
from unnest($3::uuid[]) as r(id)
  join exchanges x on x.workspace_id = $1 and x.one_id = least($2, r.id) and x.other_id = greatest($2, r.id)
  join mailboxes b on b.workspace_id = $1 and b.owner_id = r.id
  join mailboxes s on s.workspace_id = $1 and s.owner_id = $2
  left join deliveries d on d.workspace_id = $1 and d.owner_id = r.id and d.message_id = x.last_message_id`;

/** Returns the exchanges of the sender. The failed insert of its message has locked all of them. */
export async function listExchanges(
  tx: ReadTx,
  sender: string,
  recipients: readonly string[],
  hopsMax: number,
): Promise<Exchange[]> {
  return tx.statement<Exchange>("messages.exchanges", EXCHANGES, [tx.workspace, sender, [...recipients], hopsMax]);
}

const RESET = `
with again as (
  update exchanges x set messages = 0 from unnest($3::uuid[]) as r(id)
  where x.workspace_id = $1 and x.one_id = least($2::uuid, r.id) and x.other_id = greatest($2::uuid, r.id)
)
update mailboxes set chain = 0 where workspace_id = $1 and owner_id = any($2::uuid || $3::uuid[])`;

/** Sets the counts of the sender's exchanges with these recipients to zero. */
export async function resetExchanges(tx: Tx, sender: string, recipients: readonly string[]): Promise<void> {
  await tx.statement("messages.reset-exchanges", RESET, [tx.workspace, sender, [...recipients]]);
}

const LOCK_OBLIGATIONS = "select pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::uuid, 10))";
const OBLIGATIONS = `select count(*)::int as open from (select from messages
  where workspace_id = $1 and coalesce(from_agent_id, from_user_id) = $2 and look_at is not null
  limit ${OBLIGATIONS_MAX}) o`;

/** Counts the answers that the sender waits for, up to the limit. Takes its lock before every other lock. */
export async function lockObligations(tx: Tx, sender: string): Promise<number> {
  await tx.statement("messages.lock-obligations", LOCK_OBLIGATIONS, [tx.workspace, sender]);
  const [row] = await tx.statement<{ open: number }>("messages.obligations", OBLIGATIONS, [tx.workspace, sender]);
  return row?.open ?? 0;
}
