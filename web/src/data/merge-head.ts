/** A list whose first page was read anew. Pure, because a list that loses rows looks just like one that has none. */

export interface HeldRows<Row> {
  rows: Row[];
  /** Where the next page begins; null at the end. */
  next: string | null;
}

/**
 * The new first page, then what was known below where it ends. What stood above that and is not in the new page is no
 * longer in the list. When the page ends with a row that was not known, nothing says what lies between: begin anew.
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
