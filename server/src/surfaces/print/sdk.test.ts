import Type from "typebox";
import { expect, test } from "vitest";
import { command, type Operation, publicCommand, query, unchanged } from "../../kernel/operation.ts";
import { Fields, Json, Literals, Nullable, Page, Time } from "../../kernel/schema.ts";
import { printInputs } from "./inputs.ts";
import { printPermitted } from "./permitted.ts";
import { printSdk } from "./sdk.ts";
import { withSteps } from "./step-diagram.ts";
import { printValues } from "./values.ts";

const Thing = Fields({
  id: Type.String(),
  state: Literals(["open", "closed"]),
  tags: Type.Array(Nullable(Type.String())),
  at: Time,
  note: Type.Optional(Json),
});

const get = query({
  name: "things.get",
  summary: "Read a thing.",
  route: "GET /things/{id}",
  permission: "things:read",
  input: Fields({ id: Type.String() }),
  output: Thing,
  problems: [],
  run: async () => ({ id: "", state: "open" as const, tags: [], at: "" }),
});

const list = query({
  name: "things.list",
  summary: "List things.",
  description: "Newest first.\nNo more than fifty.",
  route: "GET /things",
  permission: "things:read",
  input: Fields({
    limit: Type.Optional(Type.Integer({ default: 50 })),
    "odd-name": Type.Optional(Type.String({ description: "Ends a comment: */" })),
  }),
  output: Page(Thing),
  problems: [],
  run: async () => ({ items: [], next_cursor: null }),
});

const verify = publicCommand({
  name: "auth.verify-link",
  summary: "Sign in.",
  route: "POST /auth/verify",
  input: Fields({ data: Type.Record(Type.String(), Type.Unknown()), pair: Type.Tuple([Type.String(), Type.Number()]) }),
  output: Fields({ user: Type.Object({ id: Type.String() }) }),
  problems: [],
  run: async () => ({ output: { user: { id: "" } } }),
});

const sweep = command({
  name: "things.sweep",
  summary: "Sweep.",
  route: "POST /sweep",
  permission: "things:write",
  internal: true,
  input: Fields({}),
  output: Fields({}),
  problems: [],
  run: async () => unchanged({}),
});

const all: readonly Operation[] = [list, get, verify, sweep];

test("prints types and methods a person could have written", () => {
  expect(printSdk(all)).toBe(`// Printed from the list of operations by \`npm run generate\`. Do not edit.
// Times are texts in ISO 8601, UTC; ids are UUIDs; money is in US dollars.
import type { CallOptions, Send } from "../send.ts";

export interface Thing {
  id: string;
  state: "open" | "closed";
  tags: (string | null)[];
  at: string;
  /** Any JSON value of at most 262144 bytes, with numbers of at most 40 digits. */
  note?: unknown;
}

export interface AuthVerifyLinkInput {
  data: Record<string, unknown>;
  pair: [string, number];
}

export interface AuthVerifyLinkOutput {
  user: {
    id: string;
  };
}

export interface ThingsGetInput {
  id: string;
}

export interface ThingsListInput {
  /** Default 50. */
  limit?: number | undefined;
  /** Ends a comment: * / */
  "odd-name"?: string | undefined;
}

export interface ThingsListOutput {
  items: Thing[];
  next_cursor: string | null;
}

/** One function for each operation, sent by \`send\`. */
export function operations(send: Send) {
  return {
    auth: {
      /** Sign in. */
      verifyLink: (input: AuthVerifyLinkInput, options?: CallOptions) =>
        send<AuthVerifyLinkOutput>("POST /auth/verify", input, options, "once"),
    },
    things: {
      /** Read a thing. */
      get: (input: ThingsGetInput, options?: CallOptions) =>
        send<Thing>("GET /things/{id}", input, options),
      /**
       * List things.
       *
       * Newest first.
       * No more than fifty.
       */
      list: (input: ThingsListInput = {}, options?: CallOptions) =>
        send<ThingsListOutput>("GET /things", input, options),
    },
  };
}

export type Operations = ReturnType<typeof operations>;
`);
});

test("the order of the list does not matter", () => {
  expect(printSdk([...all].reverse())).toBe(printSdk(all));
});

test("a schema it does not know is an error and no wrong type", () => {
  const odd = { ...get, output: Type.Object({ at: Type.Unsafe({ type: "date" }) }) } as unknown as Operation;
  expect(() => printSdk([odd])).toThrow("No TypeScript type is known");
});

test("prints an enumeration with a title as values and as a type, and names it in the client", () => {
  const state = Literals(["open", "closed"], { title: "DoorStatus" });
  const door = { ...get, output: Fields({ state }), input: Fields({ state: Nullable(state) }) } as unknown as Operation;
  expect(printValues([door])).toContain(`export const DOOR_STATUSES = ["open", "closed"] as const;
export type DoorStatus = (typeof DOOR_STATUSES)[number];
`);
  expect(printSdk([door])).toContain('import type {\n  DoorStatus,\n} from "./values.ts";');
  expect(printSdk([door])).toContain("state: DoorStatus | null;");
  const other = { ...list, output: Literals(["ajar"], { title: "DoorStatus" }) } as unknown as Operation;
  expect(() => printValues([door, other])).toThrow("one title");
});

test("prints who may take each step, and the lowest role with each permission", () => {
  const steps = [
    { name: "DOOR_STEPS", steps: { open: { from: ["closed"], by: ["person"] }, lock: { from: ["closed"] } } },
  ];
  const permissions = [
    { permission: "doors:write", roles: ["owner", "admin"] },
    { permission: "doors:self", roles: [] },
  ];
  const operations = [{ kind: "command", permission: "doors:write" }];
  const text = printPermitted({ steps, permissions, operations });
  expect(text).toContain('export const USED_PERMISSIONS = ["doors:write"] as const;');
  expect(text).toContain('  "doors:write": "admin",\n  "doors:self": null\n} as const;');
  expect(text).toContain(`export const DOOR_STEPS = {
  "open": { "from": ["closed"], "by": ["person"] },
  "lock": { "from": ["closed"] }
} as const;

export type DoorStep = keyof typeof DOOR_STEPS;
`);
});

test("draws the steps in a README after the arrows that are not steps", () => {
  const steps = {
    open: { from: ["closed"], by: ["person"], to: "open" },
    push: { from: ["closed"], by: ["person"], to: "open" },
    replace: { from: ["open", "closed"], by: ["person", "owner"], to: "a new door" },
  };
  const start = "    [*] --> closed: create\n    %% Printed from STEPS in rules.ts by `npm run generate`:\n";
  const end = "<!-- end of what is printed -->\nDoors.";
  const drawn = withSteps(`${start}stale\n${end}`, steps);
  expect(drawn).toBe(`${start}    closed --> open: open, push
\`\`\`

| Steps | May be taken by |
| --- | --- |
| \`open\`, \`push\` | \`person\` |
| \`replace\` | \`person\`, \`owner\` |

${end}`);
  expect(withSteps(drawn, steps)).toBe(drawn);
  expect(() => withSteps("No diagram.", steps)).toThrow("needs the lines");
});

test("prints the input of each command as JSON Schema, and none of a query", () => {
  const text = printInputs(all);
  expect(text).toContain("export const AUTH_VERIFY_LINK_INPUT = {");
  expect(text).not.toMatch(/THINGS_GET|THINGS_SWEEP/);
});
