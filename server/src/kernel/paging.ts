/** Keyset paging: a cursor is the sort key of the last row. The dispatcher seals the cursor in the answer. */
import { cappedRows, type Rows } from "./db/capped-rows.ts";
import type { ReadTx } from "./db/tx.ts";
import { invalid } from "./problem.ts";

export type CursorPart = string | number;

export interface Paged<Row> {
  items: Row[];
  next_cursor: string | null;
}

/** `isCut`: the page is shorter than its limit of rows, because it reached its limit of bytes. */
export type Listed<Row> = Paged<Row> & { isCut: boolean };

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

/** The rows that one page examines, where its filters have no index. */
export const LOOKED_AT_MAX = 20_000;

/** The last row that a page may examine. */
export interface End {
  at: readonly CursorPart[];
  /** No later row can match the filters, so the list ends there. */
  isLast?: boolean;
}

export interface Listing<Row> {
  /** The pattern of each part of a cursor. */
  shapes: readonly RegExp[];
  /** The rows after the last row of the previous page, in order. At most `rowsMax` are needed. */
  rows(after: readonly string[] | undefined, rowsMax: number, end: readonly CursorPart[] | undefined): Rows<Row>;
  /** Returns undefined when the page may examine all rows that follow. */
  end?(after: readonly string[] | undefined): Promise<End | undefined>;
  /** The sort key of a row. */
  key(row: Row): readonly CursorPart[];
}

/**
 * Every list reads its rows with this function. A page ends at its limit of rows, of bytes, or of rows that it may
 * examine. A page that ends for the last reason may be short or empty; the next page continues where it ended.
 */
export async function listPage<Row>(tx: ReadTx, request: PageRequest, listing: Listing<Row>): Promise<Paged<Row>> {
  const { isCut: _isCut, ...page } = await listCapped(tx, request, listing);
  return page;
}

/** Also returns whether the page ends because of its bytes. */
export async function listCapped<Row>(
  tx: ReadTx,
  request: PageRequest,
  listing: Listing<Row>,
  bytesMax?: number,
): Promise<Listed<Row>> {
  const size = request.limit;
  const after = decodeCursor(request.cursor, listing.shapes);
  const end = await listing.end?.(after);
  const { rows, hasMore } = await cappedRows(tx, listing.rows(after, size + 1, end?.at), size, bytesMax);
  const page = { ...pageOf(rows, hasMore, listing.key), isCut: hasMore && rows.length < size };
  return end && !end.isLast && !hasMore ? { ...page, next_cursor: encodeCursor(end.at) } : page;
}

/** Returns the last of these ordered rows that a page may examine; undefined when there are fewer rows. */
export async function lastLookedAt<Row>(tx: ReadTx, rows: Rows<Row>): Promise<Row | undefined> {
  const { sql, parameters } = rows.compile();
  const text = `${sql} offset $${parameters.length + 1}::bigint limit 1`;
  const [row] = await tx.statement<Row>("", text, [...parameters, LOOKED_AT_MAX - 1]);
  return row;
}

export function pageOf<Row>(items: Row[], hasMore: boolean, key: (row: Row) => readonly CursorPart[]): Paged<Row> {
  const last = items.at(-1);
  return { items, next_cursor: hasMore && last !== undefined ? encodeCursor(key(last)) : null };
}

export function encodeCursor(parts: readonly CursorPart[]): string {
  return JSON.stringify(parts);
}

/** Each part must match its shape; otherwise the `cursor` of the caller is bad. */
export function decodeCursor(cursor: string | undefined, shapes: readonly RegExp[]): string[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = parse(cursor);
  const fits = parts?.length === shapes.length && shapes.every((shape, index) => shape.test(parts[index] ?? ""));
  if (!parts || !fits) throw badCursor();
  return parts;
}

export function badCursor(): Error {
  return invalid("/cursor", "is not a cursor that this list gave.");
}

function parse(cursor: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(cursor);
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
