/** Writes the whole database into one file, as the owner, in one snapshot, while servers keep running. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  BackupError,
  type BackupHeader,
  countRows,
  endOfRows,
  jsonLine,
  type Progress,
} from "./backup-format.ts";
import { listEventDays, listTables, type StoredTable, storedMigration } from "./tables.ts";

export interface BackupOptions {
  /** A connection that only the backup uses, as the login role. */
  client: Client;
  file: string;
  /** Replaces an existing file, in one step at the end. */
  overwrite?: boolean;
  onProgress?: (progress: Progress) => void;
  /** Stops the backup and removes the partial file. */
  signal?: AbortSignal;
}

export interface BackupSummary {
  tables: number;
  rows: number;
  bytes: number;
}

export async function backup(options: BackupOptions): Promise<BackupSummary> {
  const { client, file, overwrite, onProgress, signal } = options;
  if (!overwrite && (await isThere(file))) throw new BackupError(`${file} exists already; name another file.`);
  const partial = `${file}.${process.pid}.partial`;
  const counted = { rows: 0 };
  try {
    const { header, tables } = await openSnapshot(client);
    const lines = contents(client, header, tables, ({ table, rows }, added) => {
      counted.rows += added;
      onProgress?.({ table, rows });
    });
    // The file holds hashes of keys and sealed secrets, so only its owner may read it.
    const output = createWriteStream(partial, { flags: "wx", mode: 0o600 });
    await pipeline(Readable.from(lines), createGzip(), output, { ...(signal && { signal }) });
    await client.query("commit");
    await flush(partial);
    const { size: bytes } = await stat(partial);
    await rename(partial, file);
    return { tables: tables.length, rows: counted.rows, bytes };
  } catch (error) {
    throw explained(file, error);
  } finally {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

/** Locks the tables before the snapshot, because a migration in between would make header and tables differ. */
async function openSnapshot(client: Client): Promise<{ header: BackupHeader; tables: StoredTable[] }> {
  const before = await listTables(client);
  if (before.length === 0)
    throw new BackupError("This database holds no Bailiwick tables; there is nothing to back up.");
  await client.query("begin isolation level repeatable read, read only");
  // With row_security off, a policy that hides rows from this role is an error instead of a smaller backup.
  await client.query(
    "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local row_security = off",
  );
  await client.query(`lock table ${before.map(({ quoted }) => quoted).join(", ")} in access share mode`);
  const tables = await listTables(client);
  if (JSON.stringify(tables) !== JSON.stringify(before)) {
    throw new BackupError("The tables changed while the backup started; run it again.");
  }
  const { rows } = await client.query<{ now: Date }>("select now()");
  const header: BackupHeader = {
    format: BACKUP_FORMAT,
    version: BACKUP_VERSION,
    created_at: new Date(rows[0]?.now ?? Date.now()).toISOString(),
    migration: await storedMigration(client),
    tables: tables.map(({ name }) => name),
    event_days: await listEventDays(client),
  };
  return { header, tables };
}

async function* contents(
  client: Client,
  header: BackupHeader,
  tables: readonly StoredTable[],
  count: (progress: Progress, added: number) => void,
): AsyncGenerator<Buffer> {
  yield jsonLine(header);
  for (const { name, quoted, columns } of tables) {
    yield jsonLine({ table: name, columns: columns.map((column) => column.name) });
    const values = columns.map((column) => column.saved).join(", ");
    const hash = createHash("sha256");
    let rows = 0;
    for await (const chunk of client.query(copyTo(`copy (select ${values} from ${quoted}) to stdout`))) {
      // A copy stream yields only buffers.
      const bytes = chunk as Buffer;
      const added = countRows(bytes);
      rows += added;
      hash.update(bytes);
      count({ table: name, rows }, added);
      yield bytes;
    }
    yield endOfRows();
    yield jsonLine({ rows, sha256: hash.digest("hex") });
    count({ table: name, rows }, 0);
  }
  yield jsonLine({ end: true });
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** A backup that was reported as done must survive a power cut. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explained(file: string, error: unknown): unknown {
  if (error instanceof Error && error.name === "AbortError") return new BackupError("The backup was stopped.");
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new BackupError(`${file} cannot be written: ${error.message}.`, { cause: error });
}
