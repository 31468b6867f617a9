/** The table of the totals that sessions reported. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { Cumulative } from "../schema.ts";

/** Amounts by the name of the field. Money is in US dollars, as sent. */
export type Totals = Partial<Record<Cumulative, number>>;

export interface SessionRow {
  agent_id: string;
  /** A hash in hexadecimal digits. */
  session: string;
  totals: Totals;
}

type Key = Omit<SessionRow, "totals">;

const MAKE = `
insert into obs_sessions (workspace_id, agent_id, session, totals, updated_at)
select $1, k.agent_id, decode(k.session, 'hex'), '{}', bailiwick_now()
from unnest($2::uuid[], $3::text[]) as k(agent_id, session) order by k.agent_id, k.session
on conflict do nothing`;

const LOCK = `
select s.agent_id, encode(s.session, 'hex') as session, s.totals
from obs_sessions s join unnest($2::uuid[], $3::text[]) as k(agent_id, session)
  on s.agent_id = k.agent_id and s.session = decode(k.session, 'hex')
where s.workspace_id = $1 order by s.agent_id, s.session for update of s`;

/** Locks the sessions in order, before all other rows of a batch. */
export async function lockSessions(tx: Tx, keys: readonly Key[]): Promise<SessionRow[]> {
  const values = [tx.workspace, keys.map(({ agent_id }) => agent_id), keys.map(({ session }) => session)];
  await tx.statement("obs.make-sessions", MAKE, values);
  return tx.statement<SessionRow>("obs.lock-sessions", LOCK, values);
}

const SAVE = `
update obs_sessions s set totals = n.totals, updated_at = bailiwick_now()
from jsonb_to_recordset($2::jsonb) as n(agent_id uuid, session text, totals jsonb)
where s.workspace_id = $1 and s.agent_id = n.agent_id and s.session = decode(n.session, 'hex')`;

export async function saveSessions(tx: Tx, rows: readonly SessionRow[]): Promise<void> {
  if (rows.length > 0) await tx.statement("obs.save-sessions", SAVE, [tx.workspace, JSON.stringify(rows)]);
}

const KNOWN = `select encode(key_hash, 'hex') as key from obs_keys
where workspace_id = $1 and key_hash = any(select decode(k, 'hex') from unnest($2::text[]) k)`;

/** Returns those of the keys that were counted before. */
export async function findKeys(tx: Tx, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx.statement<{ key: string }>("obs.find-keys", KNOWN, [tx.workspace, [...keys]]);
  return new Set(rows.map(({ key }) => key));
}
