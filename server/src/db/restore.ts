/** Restores a backup into an empty database, in one transaction. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  BackupError,
  type BackupHeader,
  type BackupReader,
  countRows,
  damaged,
  type Progress,
  readBackup,
  type TableEnd,
  type TableStart,
} from "./backup-format.ts";
import { type Migration, migrate } from "./migrate.ts";
import { listForeignKeys, listTables, type StoredTable, storedMigration } from "./tables.ts";

export interface RestoreOptions {
  /** A connection that only the restore uses, as the login role. */
  client: Client;
  file: string;
  migrations: readonly Migration[];
  onProgress?: (progress: Progress) => void;
}

export interface RestoreSummary {
  tables: number;
  rows: number;
  created_at: string;
}

/** Makes the schema that the backup was taken with, loads the rows, then migrates the schema to this version. */
export async function restore({ client, file, migrations, onProgress }: RestoreOptions): Promise<RestoreSummary> {
  const reader = readBackup(file);
  try {
    const header = await readHeader(reader, file, migrations.length);
    await requireEmpty(client, header.migration);
    await migrate(client, migrations.slice(0, header.migration));
    const rows = await load(client, reader, header, { file, onProgress });
    await migrate(client, migrations);
    return { tables: header.tables.length, rows, created_at: header.created_at };
  } finally {
    reader.close();
  }
}

async function readHeader(reader: BackupReader, file: string, newest: number): Promise<BackupHeader> {
  const header = await reader.json<BackupHeader>("format", "version");
  if (header.format !== BACKUP_FORMAT) throw damaged(file);
  if (header.version !== BACKUP_VERSION || header.migration > newest) {
    throw new BackupError(
      `${file} was made by a newer Bailiwick (migration ${header.migration}; this version knows ${newest}). Restore it with that version.`,
    );
  }
  return header;
}

async function requireEmpty(client: Client, migration: number): Promise<void> {
  const current = await storedMigration(client);
  if (current > migration) {
    throw new BackupError(
      `The database is at migration ${current} and the backup is of migration ${migration}: restore into a new database.`,
    );
  }
  const tables = await listTables(client);
  if (current === 0 && tables.length > 0) {
    throw new BackupError(
      `The database holds tables of another program (${tables[0]?.name}): restore into a new database.`,
    );
  }
  if (current > 0) await requireNoOwners(client, tables);
}

/**
 * Rows that migrations add do not count. All other data belongs to a workspace or a user, so only those are checked.
 */
async function requireNoOwners(client: Client, tables: readonly StoredTable[]): Promise<void> {
  for (const { name, quoted } of tables.filter(({ name }) => name === "workspaces" || name === "users")) {
    const { rows } = await client.query(`select 1 from ${quoted} limit 1`);
    if (rows.length > 0) {
      throw new BackupError(
        `The database is not empty: it has ${name}. Restore into a new data folder (BAILIWICK_DATA_DIR) or a new database.`,
      );
    }
  }
}

interface Loading {
  file: string;
  onProgress?: ((progress: Progress) => void) | undefined;
}

async function load(client: Client, reader: BackupReader, header: BackupHeader, loading: Loading): Promise<number> {
  await client.query("begin");
  try {
    await client.query("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
    const tables = await listTables(client);
    const quoted = tables.map((table) => table.quoted).join(", ");
    await client.query(`lock table ${quoted} in access exclusive mode`);
    await requireNoOwners(client, tables);
    // Foreign keys are dropped, because rows come in any order: a task may come before its parent. They are added again
    // afterwards with one check, which is faster than a check per row. Disabling triggers would need a superuser.
    const keys = await listForeignKeys(client);
    for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
    for (const table of tables) await client.query(`delete from ${table.quoted}`);
    for (const day of header.event_days ?? []) await client.query("select bailiwick_make_event_day($1::date)", [day]);
    const rows = await loadTables(client, reader, header, tables, loading);
    for (const key of keys) await client.query(`alter table ${key.table} add constraint ${key.name} ${key.definition}`);
    for (const table of tables) await advanceIdentities(client, table);
    // A position in the fact log of the old database is invalid in this one.
    await client.query("update public.installation set epoch = gen_random_uuid()");
    await client.query("commit");
    return rows;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

async function loadTables(
  client: Client,
  reader: BackupReader,
  header: BackupHeader,
  tables: readonly StoredTable[],
  { file, onProgress }: Loading,
): Promise<number> {
  let total = 0;
  const missing = tables.find(({ name }) => !header.tables.includes(name));
  if (missing)
    throw new BackupError(`${file} lacks the table ${missing.name}; the backup was made from another schema.`);
  for (const name of header.tables) {
    const start = await reader.json<TableStart>("table", "columns");
    const table = tables.find((own) => own.name === name);
    const own = table?.columns.map((column) => column.name);
    if (!table || start.table !== name || JSON.stringify(own) !== JSON.stringify(start.columns)) {
      throw new BackupError(
        `The table ${start.table} in ${file} has other columns; the backup was made from another schema.`,
      );
    }
    const found = await loadTable(client, reader, table, onProgress);
    const written = await reader.json<TableEnd>("rows", "sha256");
    if (found.rows !== written.rows || found.sha256 !== written.sha256) throw damaged(file);
    total += found.rows;
  }
  await reader.json<{ end: true }>("end");
  return total;
}

async function loadTable(
  client: Client,
  reader: BackupReader,
  { name, quoted, columns }: StoredTable,
  onProgress: Loading["onProgress"],
): Promise<TableEnd> {
  const hash = createHash("sha256");
  let rows = 0;
  async function* counted() {
    for await (const chunk of reader.rows()) {
      hash.update(chunk);
      rows += countRows(chunk);
      yield chunk;
      onProgress?.({ table: name, rows });
    }
  }
  const list = columns.map((column) => column.quoted).join(", ");
  try {
    await pipeline(Readable.from(counted()), client.query(copyFrom(`copy ${quoted} (${list}) from stdin`)));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof BackupError) throw error;
    throw new BackupError(`The rows of ${name} were refused: ${error.message}.`, { cause: error });
  }
  onProgress?.({ table: name, rows });
  return { rows, sha256: hash.digest("hex") };
}

async function advanceIdentities(client: Client, { quoted, columns }: StoredTable): Promise<void> {
  for (const column of columns.filter(({ isIdentity }) => isIdentity)) {
    const max = `max(${column.quoted})`;
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce(${max}, 1), ${max} is not null) from ${quoted}`,
      [quoted, column.name],
    );
  }
}
