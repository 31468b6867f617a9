/**
 * A backup is one gzip file of lines: a header as JSON; then for each table a line of JSON that names it and its
 * columns, its rows as PostgreSQL's COPY writes them, `\.`, and a line of JSON with their number and SHA-256; last a
 * line that says it is the end. Any version of PostgreSQL reads those rows, and no row can look like `\.`.
 */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

export const BACKUP_FORMAT = "bailiwick-backup";
export const BACKUP_VERSION = 1;

export interface BackupHeader {
  format: typeof BACKUP_FORMAT;
  version: typeof BACKUP_VERSION;
  created_at: string;
  /** The number of the newest migration that had run. */
  migration: number;
  tables: string[];
  /** The days with a partition of events. A restore makes them first. */
  event_days?: string[];
}

export interface TableStart {
  table: string;
  columns: string[];
}

export interface TableEnd {
  rows: number;
  sha256: string;
}

/** A failure that a person can act on. The message is one line. */
export class BackupError extends Error {}

export interface Progress {
  table: string;
  rows: number;
}

const END_OF_ROWS = Buffer.from("\\.\n");
const NEWLINE = "\n".charCodeAt(0);
/** Lines of JSON in a backup are short; a longer line means that the file is no backup. */
const LINE_BYTES_MAX = 1024 * 1024;

export function jsonLine(value: BackupHeader | TableStart | TableEnd | { end: true }): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

export function endOfRows(): Buffer {
  return END_OF_ROWS;
}

export function countRows(chunk: Buffer): number {
  let rows = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows++;
  return rows;
}

export interface BackupReader {
  /** Reads the next line, which must be JSON with these fields. */
  json<T>(...fields: (keyof T & string)[]): Promise<T>;
  /** Reads the rows of a table, in chunks of whole rows. Read all of them before the next line. */
  rows(): AsyncGenerator<Buffer>;
  close(): void;
}

/** Reads the file as a stream: memory depends on the longest row, not on the size of the file. */
export function readBackup(file: string): BackupReader {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  const chunks = source.pipe(gunzip)[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    try {
      const next = await chunks.next();
      if (next.done) return false;
      rest = Buffer.concat([rest, next.value as Buffer]);
      return true;
    } catch (error) {
      throw readError(file, error);
    }
  }

  async function json<T>(...fields: (keyof T & string)[]): Promise<T> {
    let end = rest.indexOf(NEWLINE);
    while (end < 0 && rest.length < LINE_BYTES_MAX && (await more())) end = rest.indexOf(NEWLINE);
    const value = parse(rest.subarray(0, Math.max(end, 0)).toString("utf8"));
    if (end < 0 || !value || !fields.every((field) => field in value)) throw damaged(file);
    rest = rest.subarray(end + 1);
    // The fields were just checked; the checksums prove the rest.
    return value as T;
  }

  async function* rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const end = endOfSection(rest);
      if (end >= 0) {
        if (end > 0) yield rest.subarray(0, end);
        rest = rest.subarray(end + END_OF_ROWS.length);
        return;
      }
      const whole = rest.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) yield rest.subarray(0, whole);
      rest = rest.subarray(whole);
      if (!(await more())) throw damaged(file);
    }
  }

  const close = () => {
    source.destroy();
    gunzip.destroy();
  };
  return { json, rows, close };
}

/** Returns the position of the line `\.`, or -1. `text` begins at the start of a line. */
function endOfSection(text: Buffer): number {
  if (text.subarray(0, END_OF_ROWS.length).equals(END_OF_ROWS)) return 0;
  const at = text.indexOf(`\n${END_OF_ROWS}`);
  return at < 0 ? -1 : at + 1;
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function readError(file: string, error: unknown): BackupError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_")) return damaged(file);
  const reason = error instanceof Error ? error.message : String(error);
  return new BackupError(`${file} cannot be read: ${reason}.`, { cause: error });
}

export function damaged(file: string): BackupError {
  return new BackupError(`${file} is damaged, incomplete or not a backup of Bailiwick; nothing was restored.`);
}
