/** Makes valid and hostile values from JSON Schemas. */
import fc from "fast-check";
import type { Schema } from "./document.ts";

/** A placeholder for a value of an earlier answer; the value is chosen when the request is sent. */
export class Seen {
  readonly name: string;
  readonly pick: number;
  readonly otherwise: unknown;

  constructor(name: string, pick: number, otherwise: unknown) {
    this.name = name;
    this.pick = pick;
    this.otherwise = otherwise;
  }
}

/** The length of a long text; a field that accepts more gets a text of exactly its limit. */
const TEXT_MAX = 40;
const ITEMS_MAX = 4;
/** The share out of ten. */
const OPTIONAL_FIELDS = 3;

const picks = fc.nat(999);
const seen = (name: string, otherwise: fc.Arbitrary<unknown>) =>
  fc.tuple(picks, otherwise).map(([pick, value]) => new Seen(name, pick, value));

/** Fields whose values must come from the server. */
const FROM_SERVER = ["token", "cursor"];
const ADDRESSES = ["url", "target"];
const dates = fc.date({
  min: new Date("2000-01-01T00:00:00Z"),
  max: new Date("2090-01-01T00:00:00Z"),
  noInvalidDate: true,
});

/** A value that the schema accepts. */
export function valid(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((branch) => valid(branch, name)));
  switch (schema.type) {
    case "string":
      return text(schema, name);
    case "integer":
    case "number":
      return number(schema, name);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array": {
      const { items = {}, minItems = 0, maxItems = ITEMS_MAX, uniqueItems = false } = schema;
      const item = valid(items, name);
      const bounds = { minLength: minItems, maxLength: Math.min(maxItems, Math.max(minItems, ITEMS_MAX)) };
      return uniqueItems ? fc.uniqueArray(item, { ...bounds, selector: JSON.stringify }) : fc.array(item, bounds);
    }
    case "object":
      return object(schema);
    default:
      return fc.jsonValue({ maxDepth: 2, noUnicodeString: false } as never);
  }
}

function text(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.format === "uuid") return seen(name, fc.uuid());
  if (schema.format === "idn-email") return fc.nat(999_999).map((number) => `person-${number}@example.org`);
  if (schema.format === "date") return dates.map((date) => date.toISOString().slice(0, 10));
  // The document does not say that these texts are addresses.
  if (ADDRESSES.includes(name)) return fc.nat(999_999).map((number) => `https://hooks.example.org/${number}`);
  if (schema.format === "date-time") {
    return dates.map((date) => date.toISOString());
  }
  const free = freeText(schema);
  if (FROM_SERVER.includes(name)) return seen(name, free);
  return fc.oneof({ weight: 4, arbitrary: free }, { weight: 1, arbitrary: seen(name, free) });
}

function freeText({ pattern, minLength = 0, maxLength = TEXT_MAX }: Schema): fc.Arbitrary<string> {
  const longest = Math.min(maxLength, TEXT_MAX);
  if (pattern !== undefined && pattern !== "\\S") {
    const fits = (made: string) => made.length >= minLength && made.length <= maxLength;
    return fc.stringMatching(new RegExp(pattern)).filter(fits);
  }
  const some = fc.string({ minLength, maxLength: longest, unit: "grapheme" }).map((made) => {
    const said = made.replaceAll("\0", "").slice(0, longest).toWellFormed();
    return said.trim().length < Math.max(minLength, pattern ? 1 : 0) ? "x".repeat(Math.max(1, minLength)) : said;
  });
  return fc.oneof({ weight: 20, arbitrary: some }, { weight: 1, arbitrary: fc.constant("x".repeat(maxLength)) });
}

function number({ type, minimum = -1_000, maximum = 1_000_000 }: Schema, name: string): fc.Arbitrary<unknown> {
  // Long polls would slow the test.
  if (name === "wait_seconds")
    return fc.oneof({ weight: 50, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });
  const low = Math.min(maximum, minimum + 20);
  const small = fc.integer({ min: minimum, max: low });
  const any =
    type === "integer"
      ? fc.integer({ min: minimum, max: maximum })
      : fc.double({ min: minimum, max: maximum, noNaN: true });
  return seen(name, fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: any }));
}

export function object({ properties = {}, patternProperties, required = [] }: Schema): fc.Arbitrary<object> {
  const fields = Object.entries(properties).map(([name, schema]): [string, fc.Arbitrary<unknown>] => {
    const value = valid(schema, name);
    if (required.includes(name)) return [name, value];
    // Optional fields are left out often enough that requests with many of them can succeed.
    return [name, fc.nat(9).chain((die) => (die < OPTIONAL_FIELDS ? value : fc.constant(undefined)))];
  });
  const [open] = Object.values(patternProperties ?? {});
  const free = open ? fc.dictionary(fc.string({ maxLength: 8 }), valid(open, ""), { maxKeys: 3 }) : fc.constant({});
  return fc.tuple(free, fc.record(Object.fromEntries(fields))).map(([more, named]) => ({
    ...more,
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
  }));
}

const nested = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as unknown;

/** Values that no schema describes, or only by accident. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff tail",
    "٣",
    "\u202e",
    "x".repeat(20_000),
    "NaN",
    "-0",
    "1e400",
    "00000000-0000-0000-0000-000000000000",
    "0190B6A0-0000-7000-8000-000000000000",
    "2026-02-30T25:61:61Z",
    "9999-12-31T23:59:59.999999999Z",
    "-infinity",
    "' or 1=1 --",
    "$1",
    "%s%n",
    "../../etc/passwd",
    "<script>",
    0,
    -1,
    -0,
    1.5,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53,
    1e21,
    -1e308,
    5e-324,
    [],
    {},
    [[]],
    [null],
    { "": null },
  ),
  fc.constantFrom(63, 64, 65, 500).map(nested),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ maxLength: 300, unit: "binary" }),
  fc.double(),
);
