/** Operations for the tests of the kernel. They change only the name of the workspace, as their input says. */
import Type, { type Static } from "typebox";
import type { ReadTx } from "../../src/kernel/db/tx.ts";
import { factType } from "../../src/kernel/facts/fact.ts";
import { factRecord, insertFactsOf } from "../../src/kernel/facts/insert.ts";
import {
  type CommandContext,
  changed,
  command,
  hotCommand,
  type Outcome,
  query,
  refused,
  unchanged,
} from "../../src/kernel/operation.ts";
import { Problem } from "../../src/kernel/problem.ts";
import { Fields, Json, Literals, Text } from "../../src/kernel/schema.ts";

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
const TELL = insertFactsOf("(select fact from jsonb_array_elements($2::jsonb) as f(fact))");

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
          { name: "test.tell-hot", text: TELL, values: [JSON.stringify(facts)] },
          ...(calls.some(({ input }) => input.how === "crash") ? [crash] : []),
        ],
        read: () => outcomes,
      };
    },
  });
  return { operation, groups, alone };
}
