/** Limits the rows of a list by their size: the database reads and sends no further row. */
import type { ReadTx } from "./tx.ts";

/** The size of the rows of one page, as text. Only a row that comes alone may exceed it. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** A query for ordered rows without a limit: a query builder, or the result of `rowsOf`. */
export interface Rows<Row> {
  compile(): { sql: string; parameters: readonly unknown[]; name?: string };
  /** Only for the type of the rows; never called. */
  execute?(): Promise<Row[]>;
}

/** The rows of a prepared statement. Each connection knows the text by this name. */
export function rowsOf<Row>(name: string, sql: string, parameters: readonly unknown[]): Rows<Row> {
  return { compile: () => ({ sql, parameters, name }) };
}

/** The columns that the statement adds to each row. */
interface Placed {
  page_place: bigint;
  page_bytes: bigint;
  page_over: bigint;
  page_has_more: boolean;
}

export interface CappedRows<Row> {
  rows: Row[];
  hasMore: boolean;
}

export async function cappedRows<Row>(
  tx: ReadTx,
  query: Rows<Row>,
  rowsMax: number,
  bytesMax = PAGE_BYTES_MAX,
): Promise<CappedRows<Row>> {
  const { sql, parameters, name = "" } = query.compile();
  const $ = (offset: number) => `$${parameters.length + offset}`;
  const text = capped(sql, { rows: `${$(1)}::bigint`, bytes: `${$(2)}::bigint` });
  const placed = await tx.statement<Row & Placed>(name, text, [...parameters, rowsMax, bytesMax]);
  return { rows: placed.map(withoutPlace), hasMore: placed.at(-1)?.page_has_more ?? false };
}

/**
 * The windows process their rows one by one. `page_over` is a count that only grows, so the outer condition on it ends
 * the scan at the first row that exceeds the limit of bytes. Later rows are never read.
 */
function capped(query: string, max: { rows: string; bytes: string }): string {
  return `
select q.* from (
  select s.*, count(*) filter (where s.page_bytes > ${max.bytes} and s.page_place > 1)
    over (rows between unbounded preceding and current row) as page_over
  from (
    select f.*, row_number() over read as page_place, lead(true, 1, false) over read as page_has_more,
      sum(octet_length(f::text)) over read as page_bytes
    from (${query} limit ${max.rows} + 1) f
    window read as (rows between unbounded preceding and current row)
  ) s
) q
where q.page_over <= 0 and q.page_place <= ${max.rows}
order by q.page_place`;
}

function withoutPlace<Row>(row: Row & Placed): Row {
  const { page_place: _place, page_bytes: _bytes, page_over: _over, page_has_more: _more, ...own } = row;
  return own as Row;
}
