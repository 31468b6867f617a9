/** Keyset paging: a cursor is the sort key of the last row, made unreadable so that nobody builds on it. */
import { invalid } from "./problem.ts";
import { PAGE_SIZE_DEFAULT } from "./schema.ts";

export type CursorPart = string | number;

export interface Paged<Row> {
  items: Row[];
  next_cursor: string | null;
}

export function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** `shapes` says what each part must match; anything else is the caller's bad `cursor`. */
export function decodeCursor(cursor: string | undefined, shapes: readonly RegExp[]): string[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = parse(cursor);
  const fits = parts?.length === shapes.length && shapes.every((shape, index) => shape.test(parts[index] ?? ""));
  if (!parts || !fits) throw invalid("/cursor", "is not a cursor that this list gave.");
  return parts;
}

function parse(cursor: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(parts) ? parts.map(String) : undefined;
  } catch {
    return undefined;
  }
}

export const CURSOR = {
  id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  integer: /^-?[0-9]{1,18}$/,
  time: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z$/,
} as const;

export function pageSize(limit: number | undefined): number {
  return limit ?? PAGE_SIZE_DEFAULT;
}

/** `rows` holds one row more than the page when there is a next one. */
export function page<Row>(rows: readonly Row[], size: number, key: (row: Row) => readonly CursorPart[]): Paged<Row> {
  const items = rows.slice(0, size);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > size && last !== undefined ? encodeCursor(key(last)) : null };
}
