/**
 * Stored answers leave out the values that exist elsewhere: the caller sends the input again with the repeat, and rows
 * hold the other values.
 */
import type { ReadTx } from "./db/tx.ts";

/** The length of the JSON text. Shorter values are stored as they are. */
export const CUT_LENGTH_MIN = 256;
/** The search for fields of the input ends at this depth of the answer. */
const DEPTH_MAX = 3;

export type Path = readonly (string | number)[];

/** Values of an output that a row keeps unchanged, so that a stored answer only names the row. */
export interface KeptValues {
  find(output: unknown): readonly { path: Path; row: string }[];
  /** Returns the values by row id. A deleted row has no entry. */
  read(tx: ReadTx, rows: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
}

/** The output has a field of the input at this path, with its names in the given order or in the order of jsonb. */
interface Repeated {
  path: Path;
  field: string;
  order: "given" | "jsonb";
}

export interface CutAnswer {
  /** Null stands where a value was cut out. */
  output: unknown;
  repeated?: readonly Repeated[];
  kept?: readonly { path: Path; row: string }[];
}

type Input = Readonly<Record<string, unknown>>;

export function cutAnswer(output: unknown, input: Input, keeps: KeptValues | undefined): CutAnswer {
  const kept = keeps?.find(output) ?? [];
  const without = kept.reduce((cut, { path }) => withValue(cut, path, null), output);
  const repeated = findRepeated(without, input);
  const cut = repeated.reduce((all, { path }) => withValue(all, path, null), without);
  return { output: cut, ...(repeated.length > 0 && { repeated }), ...(kept.length > 0 && { kept }) };
}

/** Restores the whole answer. The input has the same hash as the first input. */
export async function fillAnswer(
  { output, repeated = [], kept = [] }: CutAnswer,
  input: Input,
  readKept: (rows: readonly string[]) => Promise<ReadonlyMap<string, unknown>>,
): Promise<unknown> {
  const filled = repeated.reduce((all, { path, field, order }) => {
    return withValue(all, path, order === "given" ? input[field] : inJsonbOrder(input[field]));
  }, output);
  if (kept.length === 0) return filled;
  const values = await readKept(kept.map(({ row }) => row));
  return kept.reduce((all, { path, row }) => withValue(all, path, values.get(row) ?? null), filled);
}

/** Returns a copy with another value at a path that exists. The names keep their order. */
function withValue(whole: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(whole)) return whole.map((item, index) => (index === step ? withValue(item, rest, value) : item));
  // The path was found in this output.
  const fields = whole as Record<string, unknown>;
  return { ...fields, [step]: withValue(fields[step], rest, value) };
}

function findRepeated(output: unknown, input: Input): Repeated[] {
  const large = largeFields(input);
  const found: Repeated[] = [];
  if (large.size > 0) walk(output, []);
  return found;

  function walk(value: unknown, path: Path): void {
    if (value === null || typeof value !== "object" || path.length >= DEPTH_MAX) return;
    for (const [name, own] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(name) : name;
      const order = large.get(name)?.(own);
      if (order) found.push({ path: [...path, step], field: name, order });
      else walk(own, [...path, step]);
    }
  }
}

/** Returns, for each large field, a function that compares a value with the field. */
function largeFields(input: Input) {
  const large = new Map<string, (value: unknown) => Repeated["order"] | undefined>();
  for (const [field, value] of Object.entries(input)) {
    const given = JSON.stringify(value) ?? "";
    if (given.length < CUT_LENGTH_MIN) continue;
    let jsonb: string | undefined;
    large.set(field, (other) => {
      const text = JSON.stringify(other);
      if (text === given) return "given";
      jsonb ??= JSON.stringify(inJsonbOrder(value));
      return text === jsonb ? "jsonb" : undefined;
    });
  }
  return large;
}

/** PostgreSQL orders the names of an object by length, then by bytes. */
function inJsonbOrder(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(inJsonbOrder);
  const entries = Object.entries(value).map(([name, field]) => ({ name, bytes: Buffer.from(name), field }));
  entries.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  return Object.fromEntries(entries.map(({ name, field }) => [name, inJsonbOrder(field)]));
}
