/** Puts the choices in front whose name begins with the typed text, then those with a word that begins with it. Pure. */

/** Keeps the order within each rank. */
export function ranked<Row>(rows: readonly Row[], text: string, nameOf: (row: Row) => string): Row[] {
  const typed = text.trim().toLowerCase();
  return rows.toSorted((one, other) => rankOf(nameOf(one), typed) - rankOf(nameOf(other), typed));
}

function rankOf(name: string, typed: string): number {
  const lower = name.toLowerCase();
  if (lower.startsWith(typed)) return 0;
  return lower.split(/[\s\p{P}]+/u).some((word) => word.startsWith(typed)) ? 1 : 2;
}
