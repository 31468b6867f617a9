/** What an answer repeats is not stored twice: the input is sent again by whoever repeats it, other values lie in a row. */
import type { ReadTx } from "./db/db.ts";

/** Shorter values are stored as they are. Characters of JSON. */
export const CUT_LENGTH_MIN = 256;
/** How deep in an answer a field of the input is looked for. */
const DEPTH_MAX = 3;

export type Path = readonly (string | number)[];

/** Values of an output that a row keeps as they are, so that a stored answer only names the row. */
export interface KeptValues {
  find(output: unknown): readonly { path: Path; row: string }[];
  /** By row; a row that is gone has none. */
  read(tx: ReadTx, rows: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
}

/** The field of the input stands at this place, with its names in the order given or as jsonb has them. */
interface Repeated {
  path: Path;
  field: string;
  order: "given" | "jsonb";
}

export interface CutAnswer {
  /** Null where a value was taken out. */
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

/** The whole answer again. The input has the same hash as the first one. */
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

/** A copy with another value at a place that exists; its names stay in their order. */
function withValue(whole: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(whole)) return whole.map((item, index) => (index === step ? withValue(item, rest, value) : item));
  // The path was found in this very output.
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

/** For each large field: how a value repeats it, if it does. */
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

/** The order in which PostgreSQL keeps the names of an object: shorter ones first, then by their bytes. */
function inJsonbOrder(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(inJsonbOrder);
  const entries = Object.entries(value).map(([name, field]) => ({ name, bytes: Buffer.from(name), field }));
  entries.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  return Object.fromEntries(entries.map(({ name, field }) => [name, inJsonbOrder(field)]));
}
