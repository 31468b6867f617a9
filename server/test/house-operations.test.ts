/** The house rules of the operations, from which every surface is made. */
import { join } from "node:path";
import type { TObject, TSchema } from "typebox";
import { describe, expect, it } from "vitest";
import { PERMISSION_TABLE } from "../src/auth/permissions.ts";
import type { Operation, Route } from "../src/kernel/operation.ts";
import { PROBLEM_STATUS } from "../src/kernel/problem.ts";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../src/kernel/schema.ts";
import { OPERATIONS } from "../src/operations.ts";
import { STEP_TABLES } from "../src/steps.ts";
import { methodOf, parametersOf, pathOf } from "../src/surfaces/route.ts";
import { isForTests, isPure } from "./house/areas.ts";
import { ROOT, sourcesIn } from "./house/sources.ts";

const routesOf = ({ route, aliases = [] }: Operation): Route[] => [route, ...aliases];
const names = (operations: readonly Operation[]) => operations.map(({ name }) => name);

function twice(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

type Shape = TSchema & Partial<Record<"type" | "additionalProperties" | "items" | "anyOf" | "properties", unknown>>;

/** The objects of a shape that accept unknown fields. */
function openObjects(schema: Shape, path = ""): string[] {
  const { properties, anyOf, items } = schema;
  const branches = Array.isArray(anyOf) ? anyOf.flatMap((branch: Shape) => openObjects(branch, path)) : [];
  // The items of an array and the fields of an object are shapes too.
  const inItems = items ? openObjects(items as Shape, `${path}[]`) : [];
  if (schema.type !== "object" || properties === undefined) return [...branches, ...inItems];
  const fields = Object.entries(properties as Record<string, Shape>);
  const inside = fields.flatMap(([name, field]) => openObjects(field, `${path}.${name}`));
  return [...(schema.additionalProperties === false ? [] : [path || "the input"]), ...inside];
}

const isPaged = ({ output }: Operation) =>
  "properties" in output && Object.hasOwn((output as TObject).properties, "next_cursor");

describe("every operation", () => {
  it("is read, so that no check is empty", () => {
    expect(OPERATIONS.length).toBeGreaterThan(40);
    expect(OPERATIONS.filter(isPaged).length).toBeGreaterThan(8);
  });

  it("has a unique name: area.verb, in snake case", () => {
    expect(twice(names(OPERATIONS))).toEqual([]);
    const word = "[a-z]+(?:_[a-z]+)*";
    expect(names(OPERATIONS).filter((name) => !new RegExp(`^${word}\\.${word}$`).test(name))).toEqual([]);
    // The names of tools and SDK functions do not distinguish dots and underscores.
    expect(twice(names(OPERATIONS).map((name) => name.replaceAll(/[._]/g, "")))).toEqual([]);
  });

  it("has unique routes in kebab case, and its path parameters are fields of its input", () => {
    const routes = OPERATIONS.flatMap((operation) =>
      routesOf(operation).map((route) => route.replaceAll(/\{[^}]+\}/g, "{}")),
    );
    expect(twice(routes)).toEqual([]);
    const fits = /^(?:GET|POST|PUT|DELETE) (?:\/(?:[a-z]+(?:-[a-z]+)*|\{\}))+$/;
    expect(routes.filter((route) => !fits.test(route))).toEqual([]);
    for (const operation of OPERATIONS) {
      const fields = Object.keys(operation.input.properties);
      for (const route of routesOf(operation))
        expect(fields, operation.name).toEqual(expect.arrayContaining(parametersOf(route)));
    }
  });

  it("is a GET when it is a query and a POST when it is a command", () => {
    // A backtest reads alone, and its input is a whole policy.
    const posted = ["risk.backtest"];
    const mayGet = OPERATIONS.filter(({ name }) => !posted.includes(name));
    const wrong = mayGet.filter(({ kind, route }) => (methodOf(route) === "GET") !== (kind === "query"));
    expect(names(wrong)).toEqual([]);
    for (const { aliases = [], kind, name } of OPERATIONS) {
      for (const alias of aliases)
        expect(methodOf(alias) === "GET", `${name}: ${pathOf(alias)}`).toBe(kind === "query");
    }
  });

  it("requires one permission of the table, which some role has, unless it is internal", () => {
    const granted = new Set(
      PERMISSION_TABLE.filter(({ roles, agents }) => agents || roles.length > 0).map((row) => row.permission),
    );
    for (const operation of OPERATIONS) {
      if (operation.kind === "public") continue;
      expect(operation.permission, operation.name).toMatch(/^[a-z]+(?:-[a-z]+)*:[a-z]+$/);
      expect(granted.has(operation.permission), operation.name).toBe(operation.internal !== true);
    }
  });

  it("has a summary in one sentence and a list of problems without repeats", () => {
    for (const { name, summary, problems } of OPERATIONS) {
      expect(summary, name).toMatch(/^[A-Z].*\.$/);
      expect(twice(problems), name).toEqual([]);
      expect(
        problems.filter((code) => !(code in PROBLEM_STATUS)),
        name,
      ).toEqual([]);
    }
  });

  it("refuses unknown fields in its input, at every level", () => {
    expect(OPERATIONS.flatMap(({ name, input }) => openObjects(input).map((where) => `${name} ${where}`))).toEqual([]);
  });

  it("names its fields in snake case", () => {
    const fields = OPERATIONS.flatMap(({ name, input }) =>
      Object.keys(input.properties).map((field) => `${name} ${field}`),
    );
    expect(fields.filter((field) => !/ [a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(field))).toEqual([]);
  });
});

it("every command of an agent works for paused agents too, or lists the problem that refuses them", () => {
  const ofAgents = new Set(PERMISSION_TABLE.filter(({ agents }) => agents).map(({ permission }) => permission));
  const wrong = OPERATIONS.filter((operation) => {
    if (operation.kind !== "command" && operation.kind !== "hot") return false;
    if (!ofAgents.has(operation.permission)) return false;
    return (operation.whilePaused === true) === operation.problems.includes("agent_paused");
  });
  expect(names(wrong)).toEqual([]);
});

describe("names in the code", () => {
  const sources = sourcesIn(["server/src"]).filter(({ path }) => !isForTests(path));
  const camel = (file: string) => file.replaceAll(/-[a-z]/g, (part) => part.slice(1).toUpperCase());
  const DEFINITION = /^export const (\w+) = (?:command|query|hotCommand|publicCommand)\(\{\n {2}name: "([a-z_.]+)"/gm;
  const defined = sources.flatMap(({ path, text }) =>
    [...text.matchAll(DEFINITION)].map(([, exported = "", id = ""]) => ({ path, exported, id })),
  );

  it("an operation in operations/verb-noun.ts is the export verbNoun, alone in its file", () => {
    const files = sources.filter(({ path }) => path.includes("/operations/"));
    expect(files.length).toBeGreaterThan(40);
    const wrong = files.filter(({ path, text }) => {
      const file = /([a-z-]+)\.ts$/.exec(path)?.[1] ?? "";
      const exported = [...text.matchAll(DEFINITION)].map(([, name]) => name);
      return !file.includes("-") || exported.join() !== camel(file);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it("an export begins with the verb of its operation's id", () => {
    expect(defined.length).toBeGreaterThan(50);
    const wrong = defined.filter(({ exported, id }) => {
      const [verb = ""] = id.split(".")[1]?.split("_") ?? [];
      return !exported.toLowerCase().startsWith(verb) && !NOUN_IDS.has(id);
    });
    expect(wrong).toEqual([]);
  });

  /** Ids without a verb. */
  const NOUN_IDS = new Set(["auth.me", "agents.me", "messages.inbox"]);

  it("a row becomes its shape on the wire in toWire", () => {
    const other = /\bfunction (?:show|as)[A-Z]\w*\((?:row|stored)\b|\bfunction present[A-Z]/;
    const slices = sources.filter(({ path }) => !/^server\/src\/(?:surfaces|cli|start|runtime|db)\b/.test(path));
    expect(slices.filter(({ text }) => other.test(text)).map(({ path }) => path)).toEqual([]);
    expect(slices.filter(({ text }) => /\bfunction toWire\b/.test(text)).length).toBeGreaterThan(4);
  });
});

describe("a permission", () => {
  /** Areas without operations yet. */
  const PLANNED = ["risk", "governance", "obs", "actions"];

  it("is used by an operation, or its area is planned", () => {
    const used = new Set(OPERATIONS.map((operation) => (operation.kind === "public" ? "" : operation.permission)));
    const unused = PERMISSION_TABLE.map(({ permission }) => permission).filter((permission) => !used.has(permission));
    expect(unused.filter((permission) => !PLANNED.includes(permission.split(":")[0] ?? ""))).toEqual([]);
  });

  it("has a description in one sentence", () => {
    expect(PERMISSION_TABLE.length).toBeGreaterThan(25);
    expect(PERMISSION_TABLE.filter(({ meaning }) => !/^[A-Z][^|]*\.$/.test(meaning))).toEqual([]);
  });
});

describe("a list", () => {
  // An inbox is the list of the messages to its owner.
  const lists = OPERATIONS.filter(({ name }) => /\.list(?:_|$)|\.inbox$/.test(name));

  it("is paged, with a default limit of 50 and at most 200", () => {
    expect(names(lists.filter((operation) => !isPaged(operation)))).toEqual([]);
    for (const { name, input } of OPERATIONS.filter(isPaged)) {
      const { limit, cursor } = input.properties;
      expect(limit, name).toMatchObject({ minimum: 1, maximum: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT });
      expect(cursor, name).toMatchObject({ type: "string" });
    }
  });

  it("is called a list", () => {
    expect(names(OPERATIONS.filter(isPaged))).toEqual(names(lists));
  });
});

it("every step table of a slice is listed in server/src/steps.ts, for the SDK and the dashboard", async () => {
  const tables = sourcesIn(["server/src"]).filter(
    ({ path, text }) => isPure(path) && /^export const STEPS\b/m.test(text),
  );
  expect(tables.length).toBeGreaterThan(1);
  const declared = await Promise.all(tables.map(async ({ path }) => (await import(join(ROOT, path))).STEPS as object));
  expect(declared.filter((table) => !STEP_TABLES.some(({ steps }) => steps === table))).toEqual([]);
});
