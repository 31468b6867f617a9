/** The tables of a database as backup and restore see them. */
import type { ClientBase } from "pg";

interface StoredColumn {
  name: string;
  quoted: string;
  /** The SQL of the saved value: the column, or 0 for a transaction id, which is invalid in another database. */
  saved: string;
  isIdentity: boolean;
}

export interface StoredTable {
  name: string;
  quoted: string;
  columns: StoredColumn[];
}

/** All tables but `schema_migrations`, which a restore fills itself by running the migrations. */
const TABLES = `
select c.relname as name, format('public.%I', c.relname) as quoted,
  json_agg(json_build_object('name', a.attname, 'quoted', quote_ident(a.attname),
    'saved', case when a.atttypid = 'xid8'::regtype then '''0''::xid8' else quote_ident(a.attname) end,
    'isIdentity', a.attidentity <> '') order by a.attnum) as columns
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and c.relname <> 'schema_migrations'
group by c.relname order by c.relname`;

export async function listTables(client: ClientBase): Promise<StoredTable[]> {
  const { rows } = await client.query<StoredTable>(TABLES);
  return rows;
}

/** Reads the number of the newest migration that ran; 0 in a database without migrations. */
export async function storedMigration(client: ClientBase): Promise<number> {
  const { rows: found } = await client.query("select 1 where to_regclass('public.schema_migrations') is not null");
  if (found.length === 0) return 0;
  const { rows } = await client.query<{ newest: number | null }>(
    "select max(number) as newest from public.schema_migrations",
  );
  return rows[0]?.newest ?? 0;
}

/** The days (UTC) whose events have a partition; none in a database that has no such partitions yet. */
export async function listEventDays(client: ClientBase): Promise<string[]> {
  const { rows: found } = await client.query("select 1 where to_regproc('public.bailiwick_event_days') is not null");
  if (found.length === 0) return [];
  const { rows } = await client.query<{ day: string }>("select day::text as day from bailiwick_event_days() day");
  return rows.map(({ day }) => day);
}

export interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/** Foreign keys that partitions inherit are left out: they follow the key of their table. */
const FOREIGN_KEYS = `
select format('public.%I', c.relname) as "table", quote_ident(k.conname) as name,
  pg_get_constraintdef(k.oid) as definition
from pg_constraint k join pg_class c on c.oid = k.conrelid
where k.contype = 'f' and k.conparentid = 0 and k.connamespace = 'public'::regnamespace
order by c.relname, k.conname`;

export async function listForeignKeys(client: ClientBase): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(FOREIGN_KEYS);
  return rows;
}
