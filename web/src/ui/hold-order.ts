/** Keeps rows where they are while what is new waits. Pure. */

export interface Steady<Row> {
  rows: readonly Row[];
  /** Rows that came or went and are not shown yet. */
  waiting: number;
}

/** The shown rows in their order with their newest contents, and rows of further pages behind the last of them. */
export function holdOrder<Row>(shown: readonly Row[], latest: readonly Row[], idOf: (row: Row) => string): Steady<Row> {
  if (beginsWith(latest, shown)) return { rows: latest, waiting: 0 };
  const fresh = new Map(latest.map((row) => [idOf(row), row]));
  const known = new Set(shown.map(idOf));
  const held = shown.map((row) => fresh.get(idOf(row)) ?? row);
  const gone = shown.filter((row) => !fresh.has(idOf(row))).length;
  const lastKnown = latest.findLastIndex((row) => known.has(idOf(row)));
  const below = latest.slice(lastKnown + 1);
  const within = latest.slice(0, lastKnown + 1).filter((row) => !known.has(idOf(row))).length;
  if (lastKnown < 0) return { rows: latest, waiting: 0 };
  return { rows: [...held, ...below], waiting: gone + within };
}

/** Whether all that was there stands unchanged where it stood: the usual case, and with many rows much the quickest. */
export function beginsWith<Row>(rows: readonly Row[], before: readonly Row[]): boolean {
  return rows === before || before.every((row, at) => row === rows[at]);
}
