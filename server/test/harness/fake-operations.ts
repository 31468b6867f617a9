/**
 * The fake operations of the tests of kernel and surfaces. Those of the area `test` change only the name of the
 * workspace, as their input says; those of the area `things` show what surfaces do.
 */
import Type, { type Static } from "typebox";
import { uuidv7 } from "uuidv7";
import type { ReadTx } from "../../src/kernel/db/tx.ts";
import { factType } from "../../src/kernel/facts/fact.ts";
import { factRecord, insertFactsOf } from "../../src/kernel/facts/insert.ts";
import {
  type CommandContext,
  changed,
  command,
  hotCommand,
  type Operation,
  type Outcome,
  publicCommand,
  query,
  refused,
  unchanged,
} from "../../src/kernel/operation.ts";
import { Problem } from "../../src/kernel/problem.ts";
import { Fields, Id, Json, Literals, Page, PageInput, Text } from "../../src/kernel/schema.ts";

const HOW = ["change", "nothing", "refuse", "throw", "crash", "alone"] as const;
const Input = Fields({ name: Text(100), how: Type.Optional(Literals(HOW)), note: Type.Optional(Json) });
const Output = Fields({ name: Type.String() });
type Input = Static<typeof Input>;
type Renamed = Outcome<Static<typeof Output>>;

export const renamed = factType({
  type: "test.renamed",
  subject: "workspace",
  meaning: "The workspace was renamed.",
  data: Fields({ name: Type.String() }),
});

const RENAME = "update workspaces set name = $2 where workspace_id = $1";
const INSERT_FACTS = insertFactsOf("(select fact from jsonb_array_elements($2::jsonb) as f(fact))");

async function write(tx: ReadTx, name: string): Promise<void> {
  await tx.statement("test.rename", RENAME, [tx.workspace, name]);
}

function outcome(workspace: string, { name, how }: Input): Renamed {
  const fact = renamed(workspace, { name });
  if (how === "nothing") return unchanged({ name });
  if (how === "refuse") return refused(new Problem("blocked", `Not ${name}.`, { blocked: true }), fact);
  return changed({ name }, fact);
}

/** Writes first, so that the later behaviour shows if the write is kept. */
async function rename({ tx }: CommandContext, input: Input): Promise<Renamed> {
  await write(tx, input.name);
  if (input.how === "throw") throw new Problem("conflict", `Never ${input.name}.`);
  if (input.how === "crash") throw new Error("A bug.");
  return outcome(tx.workspace, input);
}

const spec = {
  summary: "Rename the workspace.",
  permission: "tasks:write",
  input: Input,
  output: Output,
  problems: ["blocked", "conflict"],
} as const;

export const renameWorkspace = command({ ...spec, name: "test.rename", route: "POST /test/rename", run: rename });

export const renameSecretly = command({
  ...spec,
  name: "test.rename_secretly",
  route: "POST /test/rename-secretly",
  answersSecret: true,
  run: rename,
});

export const readName = query({
  name: "test.read_name",
  summary: "Read the name.",
  permission: "tasks:read",
  route: "GET /test/name",
  input: Fields({}),
  output: Output,
  problems: [],
  async run({ tx }) {
    const text = "select name from workspaces where workspace_id = $1";
    const [row] = await tx.statement<{ name: string }>("test.read-name", text, [tx.workspace]);
    return { name: row?.name ?? "" };
  },
});

/** A query that tries to write. */
export const writeInQuery = query({
  ...spec,
  name: "test.write",
  route: "GET /test/write",
  problems: [],
  async run({ tx }, { name }) {
    await write(tx, name);
    return { name };
  },
});

/** A hot command that records the calls of each group. */
export function aHotRename() {
  const groups: string[][] = [];
  const alone: string[] = [];
  const operation = hotCommand({
    ...spec,
    name: "test.rename_hot",
    route: "POST /test/rename-hot",
    async run(context, input) {
      alone.push(input.name);
      return rename(context, input);
    },
    plan(calls) {
      const names = calls.map(({ input }) => input.name);
      groups.push(names);
      const outcomes = calls.map(({ actor, input }) =>
        input.how === "alone" ? undefined : outcome(actor.workspace, input),
      );
      const facts = calls.flatMap((call, place) => {
        const done = outcomes[place];
        return done && done.kind !== "unchanged" ? done.facts.map((fact) => factRecord(call, fact)) : [];
      });
      const crash = { name: "test.crash", text: 'select "A bug."($1::uuid)', values: [] };
      return {
        statements: [
          { name: "test.rename-hot", text: RENAME, values: [names.join(" ")] },
          { name: "test.facts-hot", text: INSERT_FACTS, values: [JSON.stringify(facts)] },
          ...(calls.some(({ input }) => input.how === "crash") ? [crash] : []),
        ],
        read: () => outcomes,
      };
    },
  });
  return { operation, groups, alone };
}

const aThing = { subject: "thing", meaning: "Something happened to a thing." } as const;
const thingRenamed = factType({ ...aThing, type: "thing.renamed", data: Fields({ name: Type.String() }) });
const thingSwept = factType({ ...aThing, type: "thing.swept", data: Fields({}) });

const Thing = Fields({ id: Id, name: Type.String(), note: Json });

const listThings = query({
  name: "things.list",
  summary: "List things.",
  route: "GET /things",
  permission: "things:read",
  input: Fields({ ...PageInput, is_open: Type.Optional(Type.Boolean()), q: Type.Optional(Text(20)) }),
  output: Page(Json),
  problems: [],
  run: async (_context, input) => ({ items: [input], next_cursor: null }),
});

const renameThing = command({
  name: "things.rename",
  summary: "Give a thing another name.",
  route: "POST /things/{id}/rename",
  aliases: ["PUT /things/{id}", "DELETE /things/{id}/name"],
  permission: "things:write",
  input: Fields({ id: Id, name: Text(20), note: Type.Optional(Json) }),
  output: Thing,
  status: 201,
  problems: ["not_found"],
  run: async (_context, { id, name, note }) => changed({ id, name, note: note ?? null }, thingRenamed(id, { name })),
});

/** Reads what the newest change of the thing stored. */
const getThing = query({
  name: "things.get",
  summary: "Read a thing.",
  description: "Things exist only as facts.",
  route: "GET /things/{id}/name",
  permission: "things:read",
  input: Fields({ id: Id }),
  output: Thing,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const text =
      "select data->>'name' as name from facts where workspace_id = $1 and subject_id = $2 order by seq desc limit 1";
    const [row] = await tx.statement<{ name: string }>("things.get", text, [tx.workspace, id]);
    if (!row) throw new Problem("not_found", `There is no thing ${id}.`, { next_step: "Look for another." });
    return { id, name: row.name, note: null };
  },
});

const failThing = query({
  name: "things.fail",
  summary: "Fail in a given way.",
  route: "GET /things/fail",
  permission: "things:read",
  input: Fields({ how: Text(20) }),
  output: Thing,
  problems: ["unavailable", "rate_limited"],
  run: async (_context, { how }) => {
    if (how === "bug") throw new Error("A bug with bw_agent_secretsecretsecret in it.");
    throw new Problem(how === "busy" ? "rate_limited" : "unavailable", "Not now.", { retry_after_seconds: 2.5 });
  },
});

const NOTHING = { name: "things.nothing", text: "select $1::uuid", values: [] };

const waitThing = hotCommand({
  name: "things.wait",
  summary: "Wait for a thing. It never comes.",
  route: "POST /things/wait",
  permission: "things:write",
  input: Fields({ wait_seconds: Type.Integer({ minimum: 0, maximum: 30 }) }),
  output: Fields({ items: Type.Array(Json) }),
  problems: [],
  poll: { seconds: ({ wait_seconds }) => wait_seconds, isEmpty: ({ items }) => items.length === 0 },
  run: async () => unchanged({ items: [] }),
  plan: (calls) => ({ statements: [NOTHING], read: () => calls.map(() => unchanged({ items: [] })) }),
});

const internalThing = command({
  name: "things.sweep",
  summary: "Sweep.",
  route: "POST /sweep",
  permission: "things:write",
  internal: true,
  input: Fields({}),
  output: Fields({}),
  problems: [],
  run: async () => changed({}, thingSwept(uuidv7(), {})),
});

const signIn = publicCommand({
  name: "auth.verify",
  summary: "Sign in with the token of a link.",
  route: "POST /auth/verify",
  http: { session: "set" },
  input: Fields({ token: Text(200) }),
  output: Fields({ ip: Type.String() }),
  problems: ["invalid_token"],
  async run({ request }, { token }) {
    if (token !== "right") throw new Problem("invalid_token", "This link is used or too old.");
    return { output: { ip: request.ip }, session: { token: "good-session", expiresAt: new Date("2030-01-01") } };
  },
});

const signOut = publicCommand({
  name: "auth.logout",
  summary: "Sign out.",
  route: "POST /auth/logout",
  http: { session: "clear" },
  input: Fields({}),
  output: Fields({ session: Json }),
  problems: [],
  run: async ({ request }) => ({ output: { session: request.session }, session: "clear" }),
});

const requestLink = publicCommand({
  name: "auth.request_magic_link",
  summary: "Send a sign-in link.",
  route: "POST /auth/request-magic-link",
  input: Fields({ email: Text(254) }),
  output: Fields({ message: Type.String() }),
  status: 202,
  problems: [],
  run: async () => ({ output: { message: "The message." } }),
});

export const FAKE_OPERATIONS: readonly Operation[] = [
  listThings,
  renameThing,
  getThing,
  failThing,
  waitThing,
  internalThing,
  signIn,
  signOut,
  requestLink,
];
