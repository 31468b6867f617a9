import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Type from "typebox";
import { expect, test } from "vitest";
import { query } from "../kernel/operation.ts";
import { Fields, Json, Literals, Nullable } from "../kernel/schema.ts";
import { readTyped } from "./fields.ts";
import { operationHelp } from "./show.ts";

const operation = query({
  name: "things.try",
  summary: "Try things.",
  route: "GET /things/{id}",
  permission: "things:read",
  input: Fields({
    id: Type.String({ description: "Which one." }),
    title: Type.Optional(Type.String()),
    count: Type.Optional(Nullable(Type.Integer({ default: 3 }))),
    is_open: Type.Optional(Type.Boolean()),
    kind: Type.Optional(Literals(["a", "b"])),
    scopes: Type.Optional(Type.Array(Type.String())),
    input: Type.Optional(Json),
  }),
  output: Fields({}),
  problems: [],
  run: async () => ({}),
});

const read = (...tokens: string[]) => readTyped(operation, tokens).input;

test("each value is read as its field's type", () => {
  expect(read("--id", "1", "--title", "null", "--count", "4", "--is_open", "false", "--kind", "a")).toEqual({
    id: "1",
    title: "null",
    count: 4,
    is_open: false,
    kind: "a",
  });
  expect(read("--count", "null")).toEqual({ count: null });
});

test("a value that does not fit its field is sent unchanged", () => {
  expect(read("--count", "many", "--unknown_field", "x")).toEqual({ count: "many", unknown_field: "x" });
});

test("a field of any type is read as JSON, or as text", () => {
  expect(read("--input", '{"a": [1, null]}')).toEqual({ input: { a: [1, null] } });
  expect(read("--input", "just text")).toEqual({ input: "just text" });
  expect(read("--input", "null")).toEqual({ input: null });
});

test("a value that begins as JSON and is none is refused with the place", () => {
  expect(() => read("--input", "{bad")).toThrow('--input is not JSON: unexpected "b" at line 1, column 2.');
  expect(() => read("--input", "[draft] text")).toThrow("Write a text that begins so as a JSON string.");
  expect(read("--title", "{bad")).toEqual({ title: "{bad" });
});

test("a list is written as its field repeated for each item, or as JSON", () => {
  expect(read("--scopes", "ingest", "--scopes", "tasks:read")).toEqual({ scopes: ["ingest", "tasks:read"] });
  expect(read("--scopes", '["ingest"]')).toEqual({ scopes: ["ingest"] });
  expect(() => read("--title", "a", "--title", "b")).toThrow("--title is given more than once.");
});

test("a flag needs no value, hyphens count as underscores, and = as a space", () => {
  expect(read("--is-open", "--title=a=b")).toEqual({ is_open: true, title: "a=b" });
  expect(read("--title", "--dashes")).toEqual({ title: "--dashes" });
});

test("a document comes from an argument or from a file, and single fields override it", () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-fields-"));
  const file = join(folder, "input.json");
  writeFileSync(file, '{"title": "from the file", "count": 1}');
  try {
    expect(read("--json", `@${file}`, "--count", "2")).toEqual({ title: "from the file", count: 2 });
    expect(read("--input", `@${file}`)).toEqual({ input: { title: "from the file", count: 1 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(read("--json", '{"id": "1"}')).toEqual({ id: "1" });
  expect(() => read("--json", "[1]")).toThrow("--json holds a list at line 1, column 1. --json takes a JSON object");
  expect(() => read("--json", "1")).toThrow("--json holds no object at line 1, column 1.");
  expect(() => read("--json", '{"a": 1,\n}')).toThrow('--json is not JSON: unexpected "}" at line 2, column 1.');
  expect(() => read("--json", '{"a": 1')).toThrow("unexpected the end at line 1, column 8.");
  expect(read("--json", '\ufeff{"id": "1"}')).toEqual({ id: "1" });
  expect(() => read("--json", "@/nowhere")).toThrow("/nowhere cannot be read");
});

test("wrong use is refused in one line", () => {
  expect(() => read("title")).toThrow('"title" is not a field');
  expect(() => read("--title")).toThrow("--title needs a value.");
});

test("options of the command may stand between the fields", () => {
  const { input, options } = readTyped(operation, ["--url", "http://x", "--id", "1", "--idempotency-key", "k"]);
  expect(input).toEqual({ id: "1" });
  expect(Object.fromEntries(options)).toEqual({ url: "http://x", idempotency_key: "k" });
});

test("help names every field", () => {
  expect(readTyped(operation, ["--id", "1", "--help"]).wantsHelp).toBe(true);
  const help = operationHelp(operation);
  expect(help).toMatch(/--id +string +Required\. Which one\./);
  expect(help).toMatch(/--kind +"a" \| "b"/);
  expect(help).toContain("Over HTTP: GET /api/things/{id}");
});
