/** Merges a first page that was read again into a list. Pure, because a list that loses rows shows no error. */

export interface HeldRows<Row> {
  rows: Row[];
  /** The cursor of the next page; null at the end. */
  next: string | null;
}

/**
 * Returns the new first page, followed by the known rows below its last row. A known row above that and outside the new
 * page has left the list. When the last row of the page is unknown, rows between may be missing: the list starts over.
 */
export function mergeHead<Row>(
  held: HeldRows<Row> | undefined,
  head: HeldRows<Row>,
  idOf: (row: Row) => string,
): HeldRows<Row> {
  const last = head.rows.at(-1);
  if (!held || head.next === null || last === undefined) return head;
  const end = held.rows.findIndex((row) => idOf(row) === idOf(last));
  if (end < 0) return head;
  const inHead = new Set(head.rows.map(idOf));
  const below = held.rows.slice(end + 1).filter((row) => !inHead.has(idOf(row)));
  if (below.length === 0) return head;
  return { rows: [...head.rows, ...below], next: held.next };
}
