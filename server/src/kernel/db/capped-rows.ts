/** Rows of a list as far as their bytes go: the database reads and sends no row beyond. */
import type { ReadTx } from "./tx.ts";

/** Bytes of the rows of one page, as text; the row that passes them is the last. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** What a query builder is, and what `statement` makes: rows in their order, without a limit. */
export interface Rows<Row> {
  compile(): { sql: string; parameters: readonly unknown[]; name?: string };
  /** For the type of the rows alone: this is never called. */
  execute?(): Promise<Row[]>;
}

/** The rows of a statement that is prepared; the name stands for the text on each connection. */
export function rowsOf<Row>(name: string, sql: string, parameters: readonly unknown[]): Rows<Row> {
  return { compile: () => ({ sql, parameters, name }) };
}

/** What the statement adds to each row. */
interface Placed {
  page_place: bigint;
  page_before: bigint;
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
 * The windows pass their rows on one by one. The outermost condition on `page_over`, a count that only grows, ends the
 * scan at the first row that begins beyond the bytes, so the texts behind it are never read.
 */
function capped(query: string, max: { rows: string; bytes: string }): string {
  return `
select q.* from (
  select s.*, count(*) filter (where s.page_before >= ${max.bytes})
    over (rows between unbounded preceding and current row) as page_over
  from (
    select f.*, row_number() over read as page_place, lead(true, 1, false) over read as page_has_more,
      coalesce(sum(octet_length(f::text)) over read, 0) as page_before
    from (${query} limit ${max.rows} + 1) f
    window read as (rows between unbounded preceding and 1 preceding)
  ) s
) q
where q.page_over <= 0 and q.page_place <= ${max.rows}
order by q.page_place`;
}

function withoutPlace<Row>(row: Row & Placed): Row {
  const { page_place: _place, page_before: _before, page_over: _over, page_has_more: _more, ...own } = row;
  return own as Row;
}
