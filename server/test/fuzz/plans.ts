/** Plans of requests: all choices that do not depend on the server's earlier answers. */
import fc from "fast-check";
import type { Endpoint } from "./document.ts";
import { hostile, object, valid } from "./values.ts";

export const CALLERS = ["owner", "admin", "member", "viewer", "agent", "other agent", "service", "nobody", "garbage"];
/** Most requests are those of agents. */
const WEIGHTS = [8, 2, 2, 2, 7, 3, 1, 1, 1];

/** One fault in an otherwise valid request. */
export type Spoil =
  | { kind: "field"; where: "path" | "query" | "body"; which: number; value: unknown }
  | { kind: "missing"; which: number }
  | { kind: "unknown"; where: "query" | "body"; name: string; value: unknown }
  /** This number of unknown fields, together with valid fields, or with some or all fields wrong. */
  | { kind: "many"; count: number; wrong: number; which: number; values: unknown[] }
  | { kind: "header"; name: string; value: string }
  | { kind: "raw"; text: string }
  | { kind: "query"; text: string };

export interface Plan {
  endpoint: number;
  caller: string;
  /** Calls the operation as a tool if it is one and the caller has a key. */
  asTool: boolean;
  pick: number;
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, unknown>;
  body: object | undefined;
  spoil: Spoil | null;
}

const NAMES = ["unheard_of", "__proto__", "constructor", "workspace_id", "from_agent_id", "", "a.b", "id[]", "\0"];
const HEADERS: readonly (readonly [string, string])[] = [
  ["content-type", "text/plain"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "multipart/form-data"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-type", ""],
  ["content-encoding", "gzip"],
  ["idempotency-key", ""],
  ["idempotency-key", "k".repeat(256)],
  ["idempotency-key", "the same for all"],
  ["idempotency-key", "caf\u00e9"],
  ["bailiwick-workspace", "nowhere"],
  ["bailiwick-workspace", "0190b6a0-0000-7000-8000-000000000000"],
  ["origin", "https://elsewhere.example"],
  ["origin", "null"],
  ["sec-fetch-site", "cross-site"],
  ["x-request-id", "given-by-the-caller"],
  ["x-request-id", "no good, it has spaces"],
  ["traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
  ["traceparent", "zz"],
  ["authorization", "Basic Og=="],
  ["authorization", "Bearer"],
  ["cookie", "bailiwick_session=; bailiwick_session=x"],
  ["last-event-id", "of no log"],
  ["x-forwarded-for", "not an address"],
  ["accept", "text/html"],
];
const BODIES = [
  "",
  "{",
  "[]",
  "null",
  '"text"',
  "\ufeff{}",
  '{"a":1,}',
  '{"id":1,"id":2}',
  '{"\\u005f_proto__":{}}',
  "\0",
];
const QUERIES = [
  "limit=5&limit=6",
  "limit",
  "limit=",
  "limit=1e3",
  "limit=%20",
  "%zz=1",
  "a[b]=c",
  "cursor=%00",
  "=",
  "&&",
  "id=1",
];

/** The validator's own list of errors ends at eight. */
const COUNTS = [1, 7, 8, 9, 20, 21, 200, 1_000];

const spoils: fc.Arbitrary<Spoil> = fc.oneof(
  fc.record({
    kind: fc.constant("many"),
    count: fc.constantFrom(...COUNTS),
    wrong: fc.constantFrom(0, 1, 2, 30),
    which: fc.nat(30),
    values: fc.array(hostile, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("field"),
    where: fc.constantFrom("path", "query", "body"),
    which: fc.nat(30),
    value: hostile,
  }),
  fc.record({ kind: fc.constant("missing"), which: fc.nat(30) }),
  fc.record({
    kind: fc.constant("unknown"),
    where: fc.constantFrom("query", "body"),
    name: fc.constantFrom(...NAMES),
    value: hostile,
  }),
  fc.constantFrom(...HEADERS).map(([name, value]): Spoil => ({ kind: "header", name, value })),
  fc
    .oneof(fc.constantFrom(...BODIES), fc.json(), fc.string({ maxLength: 40 }), fc.constant("[".repeat(5_000)))
    .map((text): Spoil => ({ kind: "raw", text })),
  fc.constantFrom(...QUERIES).map((text): Spoil => ({ kind: "query", text })),
) as fc.Arbitrary<Spoil>;

const caller = fc.oneof(
  ...CALLERS.map((name, index) => ({ weight: WEIGHTS[index] ?? 1, arbitrary: fc.constant(name) })),
);
/** Three of four requests are valid by the document. */
const spoil = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: spoils });

function planOf({ parameters, body }: Endpoint, index: number): fc.Arbitrary<Plan> {
  const given = (where: string) => {
    const own = parameters.filter((parameter) => parameter.in === where);
    const properties = Object.fromEntries(own.map(({ name, schema }) => [name, schema]));
    return object({ properties, required: own.filter(({ required }) => required).map(({ name }) => name) });
  };
  const path = parameters.filter((parameter) => parameter.in === "path");
  return fc.record({
    endpoint: fc.constant(index),
    caller,
    asTool: fc.nat(9).map((die) => die < 2),
    pick: fc.nat(999),
    path: fc.record(Object.fromEntries(path.map(({ name, schema }) => [name, valid(schema, name)]))),
    query: given("query") as fc.Arbitrary<Record<string, unknown>>,
    headers: given("header") as fc.Arbitrary<Record<string, unknown>>,
    body: body ? object(body) : fc.constant(undefined),
    spoil,
  });
}

export function plans(endpoints: readonly Endpoint[]): fc.Arbitrary<Plan> {
  return fc.oneof(...endpoints.map(planOf));
}
