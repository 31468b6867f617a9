import Type from "typebox";
import { describe, expect, test } from "vitest";
import { PERMISSION_TABLE } from "../../auth/permissions.ts";
import { command, type Operation, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, Literals, Nullable } from "../../kernel/schema.ts";
import { OPERATIONS } from "../../operations.ts";
import { curlText } from "../print/curl.ts";
import { printReference } from "../print/markdown.ts";
import { limitsText, shapeText } from "../print/words.ts";
import { isServed } from "../served.ts";
import { TEST_OPERATIONS } from "../test-surface.ts";
import { referencePage } from "./reference.ts";

const URL_OF_SERVER = "https://bailiwick.example.com";
const page = (operations: readonly Operation[]) =>
  referencePage({ operations, version: "1.2.3", permissions: PERMISSION_TABLE }, URL_OF_SERVER);

describe("the reference", () => {
  test.each([
    ["the operations of this test", TEST_OPERATIONS],
    ["all operations there are", OPERATIONS],
  ])("has %s: each with its routes, fields, tool and problems", (_what, operations) => {
    const text = page(operations);
    for (const operation of operations) {
      if (!isServed(operation)) {
        expect(text).not.toContain(`id="${operation.name}"`);
        continue;
      }
      const start = text.indexOf(`<article class="operation" id="${operation.name}">`);
      expect(start).toBeGreaterThan(0);
      const section = text.slice(start, text.indexOf("</article>", start));
      for (const route of [operation.route, ...(operation.aliases ?? [])])
        expect(section).toContain(`/api${route.split(" ")[1]}`);
      for (const field of Object.keys(operation.input.properties)) expect(section).toContain(`<code>${field}</code>`);
      for (const problem of operation.problems) expect(section).toContain(problem);
      if (operation.kind !== "public") expect(section).toContain(operation.permission);
    }
  });

  test("has an id once each, and no link into nothing", () => {
    const text = page(OPERATIONS);
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  test("prints who may what, here and in the document", () => {
    const row = {
      permission: "odd:read",
      meaning: "See <odd> things.",
      roles: ["owner"],
      agents: true,
      scope: "odd:read",
    };
    const html = referencePage({ operations: [], version: "1", permissions: [row] }, URL_OF_SERVER);
    expect(html).toContain("See &lt;odd&gt; things.");
    const line = "| `odd:read` | See <odd> things. | owner | yes | `odd:read` |";
    expect(printReference([], [row])).toContain(line);
    const nobodys = { ...row, roles: [], agents: false, scope: null };
    expect(printReference([], [nobodys])).toContain("| See <odd> things. |  |  |  |");
    for (const { permission } of PERMISSION_TABLE) expect(page([])).toContain(`<code>${permission}</code>`);
  });

  test("loads nothing from elsewhere and runs nothing", () => {
    const text = page(OPERATIONS);
    expect(text).not.toMatch(/<script|<style|\ssrc=|url\(|\son[a-z]+="/);
    expect([...text.matchAll(/<link[^>]*href="([^"]+)"/g)].map(([, href]) => href)).toEqual(["/page.css", "data:,"]);
  });

  test("writes what an operation says about itself as text", () => {
    const evil = "<script>alert(1)</script>";
    const odd = command({
      name: "odd.run",
      summary: evil,
      description: evil,
      route: "POST /odd",
      permission: "odd:write",
      input: Fields({ x: Type.String({ description: evil, default: evil }) }),
      output: Fields({}),
      problems: [],
      run: async () => unchanged({}),
    });
    expect(page([odd])).not.toContain("<script>alert");
  });
});

test("an example can be pasted into a shell", () => {
  const [, rename] = TEST_OPERATIONS;
  if (!rename) throw new Error("There is a second operation.");
  expect(curlText(rename, URL_OF_SERVER)).toBe(
    [
      "curl -X POST 'https://bailiwick.example.com/api/things/0190d3b5-7a52-7c3e-9a0f-4f1b2c3d4e5f/rename' \\",
      '  -H "Authorization: Bearer $BAILIWICK_KEY" \\',
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"name":"name"}'`,
    ].join("\n"),
  );
});

test("shapes are said in words", () => {
  const said = (schema: Parameters<typeof Nullable>[0]) => {
    const shape = schema as unknown as Record<string, unknown>;
    return [shapeText(shape), limitsText(shape)].filter(Boolean).join(", ");
  };
  expect(said(Id)).toBe("UUID");
  expect(said(Type.String({ minLength: 1, maxLength: 500 }))).toBe("text, at most 500 characters");
  expect(said(Type.Integer({ minimum: 1, maximum: 200, default: 50 }))).toBe("whole number, 1 to 200, 50 unless given");
  expect(said(Nullable(Literals(["a", "b"])))).toBe('"a" or "b" or null');
  expect(said(Type.Array(Id, { maxItems: 10 }))).toBe("list of UUID, at most 10 entries");
  expect(said(Type.Unknown())).toBe("any JSON");
  expect(said(Fields({ a: Id, b: Type.Number() }))).toBe("object {a, b}");
});
