/** An exact number. An unknown number is a word, never zero. */

/** Created once, because creating a formatter takes longer than rendering a row. */
const NUMBERS = new Intl.NumberFormat("en-US");

export const countText = (value: number): string => NUMBERS.format(value);

export function Count({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <Unknown />;
  return <span className="tabular-nums">{countText(value)}</span>;
}

export function Unknown() {
  return <i className="font-normal text-ink-3">unknown</i>;
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
