/** The table of connections. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { CONNECTION_COLUMNS, type ConnectionRow, KEPT_MAX, type ServiceType } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    connections: ConnectionRow & { workspace_id: string };
  }
}

function all(tx: ReadTx) {
  return tx.selectFrom("connections").select(CONNECTION_COLUMNS).where("workspace_id", "=", tx.workspace);
}

export async function insertConnection(tx: Tx, row: ConnectionRow): Promise<void> {
  await tx
    .insertInto("connections")
    .values({ ...only(row, CONNECTION_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

export async function findConnection(tx: ReadTx, id: string): Promise<ConnectionRow | undefined> {
  return all(tx).where("id", "=", id).executeTakeFirst();
}

export async function getConnection(tx: ReadTx, id: string): Promise<ConnectionRow> {
  const row = await findConnection(tx, id);
  if (!row) throw notFound("connection", id);
  return row;
}

/** Holds the connection until the transaction ends. */
export async function lockConnection(tx: Tx, id: string): Promise<ConnectionRow> {
  const row = await all(tx).where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound("connection", id);
  return row;
}

const LIST = `select ${listOf(CONNECTION_COLUMNS)} from connections
where workspace_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or status = $3)
  and ($4::text is null or service_type = $4)
  and ($5::uuid is null or (status <> 'disconnected' and (agent_ids is null or $5 = any(agent_ids))))
order by id desc`;

export interface ConnectionFilter {
  before?: string | undefined;
  status?: string | undefined;
  service_type?: string | undefined;
  /** Only connections that this agent may use. */
  agent_id?: string | undefined;
}

/** The newest first. `before` is the last id read. */
export function listConnections(tx: ReadTx, filter: ConnectionFilter): Rows<ConnectionRow> {
  const { before = null, status = null, service_type = null, agent_id = null } = filter;
  return rowsOf("connections.list", LIST, [tx.workspace, before, status, service_type, agent_id]);
}

/** Returns the connections that are not disconnected, the oldest first. */
export async function listUsable(tx: ReadTx, service?: ServiceType): Promise<ConnectionRow[]> {
  const rows = all(tx).where("status", "!=", "disconnected");
  return (service === undefined ? rows : rows.where("service_type", "=", service))
    .orderBy("id")
    .limit(KEPT_MAX)
    .execute();
}

const COUNT = `select count(*)::int as kept, count(*) filter (where status <> 'disconnected')::int as usable
from connections where workspace_id = $1`;

export async function countConnections(tx: ReadTx): Promise<{ kept: number; usable: number }> {
  const [row] = await tx.statement<{ kept: number; usable: number }>("connections.count", COUNT, [tx.workspace]);
  return row ?? { kept: 0, usable: 0 };
}

const CHANGED = CONNECTION_COLUMNS.filter((name) => !["id", "service_type", "created_at"].includes(name));

/** The caller holds the connection. */
export async function saveConnection(tx: Tx, row: ConnectionRow): Promise<void> {
  await tx
    .updateTable("connections")
    .set(only(row, CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", row.id)
    .executeTakeFirstOrThrow();
}

const USED = `update connections set usage_count = usage_count + (case when $3::text is null then 1 else 0 end),
  last_used_at = $4, last_error = $3,
  status = case when status = 'disconnected' then status when $3::text is null then 'connected' else 'error' end
where workspace_id = $1 and id = $2`;

const USES = `
with held as materialized (
  select id from connections where workspace_id = $1 and id = any($2::uuid[]) order by id for no key update
)
update connections c set usage_count = c.usage_count + n.used, last_used_at = $4, last_error = n.error,
  status = case when c.status = 'disconnected' then c.status when n.error is null then 'connected' else 'error' end
from (select u.id, count(*) filter (where u.error is null) as used, (array_agg(u.error))[count(*)] as error
  from unnest($2::uuid[], $3::text[]) as u(id, error) group by u.id) n
  join held h on h.id = n.id
where c.workspace_id = $1 and c.id = n.id`;

/** Counts many uses. The last one says if the connection has an error. */
export async function noteConnectionUses(
  tx: Tx,
  uses: readonly { id: string; error: string | null }[],
  at: Date,
): Promise<void> {
  const values = [tx.workspace, uses.map(({ id }) => id), uses.map(({ error }) => error), at];
  await tx.statement("connections.uses", USES, values);
}

export async function noteUsed(tx: Tx, id: string, error: string | null, at: Date): Promise<void> {
  await tx.statement("connections.used", USED, [tx.workspace, id, error, at]);
}

const STALE = `select ${listOf(CONNECTION_COLUMNS)} from connections
where workspace_id = $1 and split_part(sealed_secret, '.', 2) <> $2 order by id limit $3 for no key update`;

/** Holds connections with a secret that another master key sealed. */
export async function lockStale(tx: Tx, keyId: string, most: number): Promise<ConnectionRow[]> {
  return tx.statement<ConnectionRow>("connections.stale", STALE, [tx.workspace, keyId, most]);
}
