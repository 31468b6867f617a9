import Type from "typebox";
import { describe, expect, test } from "vitest";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { PERMISSION_TABLE } from "../../auth/permissions.ts";
import { FACTS } from "../../facts.ts";
import { command, type Operation, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, Literals, Nullable } from "../../kernel/schema.ts";
import { OPERATIONS } from "../../operations.ts";
import { curlText } from "../print/curl.ts";
import { printReference } from "../print/markdown.ts";
import type { PrintedPermission } from "../print/reference.ts";
import { isServed } from "../served.ts";
import { referencePage } from "./reference.ts";

const URL_OF_SERVER = "https://bailiwick.example.com";
const page = (operations: readonly Operation[]) =>
  referencePage({ operations, facts: FACTS, version: "1.2.3", permissions: PERMISSION_TABLE }, URL_OF_SERVER);
const document = (operations: readonly Operation[], permissions: readonly PrintedPermission[] = PERMISSION_TABLE) =>
  printReference({ operations, facts: FACTS, permissions, baseUrl: URL_OF_SERVER });

describe("the reference", () => {
  test.each([
    ["the operations of this test", FAKE_OPERATIONS],
    ["all operations there are", OPERATIONS],
  ])("has %s: each with its routes, fields, tool and problems", (_what, operations) => {
    const text = page(operations);
    for (const operation of operations) {
      if (!isServed(operation)) {
        expect(text).not.toContain(`id="${operation.name}"`);
        continue;
      }
      const start = text.indexOf(`<article id="${operation.name}">`);
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
    const html = referencePage({ operations: [], facts: [], version: "1", permissions: [row] }, URL_OF_SERVER);
    expect(html).toContain("See &lt;odd&gt; things.");
    const line = "| `odd:read` | See <odd> things. | owner | yes | `odd:read` |";
    expect(document([], [row])).toContain(line);
    const nobodys = { ...row, roles: [], agents: false, scope: null };
    expect(document([], [nobodys])).toContain("| See <odd> things. |  |  |  |");
    for (const { permission } of PERMISSION_TABLE) expect(page([])).toContain(`<code>${permission}</code>`);
  });

  test("has in Markdown an anchor once each, and no link into nothing", () => {
    const text = document(OPERATIONS);
    const headings = [...text.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(" ", "-").replaceAll(".", ""),
    );
    const numbered = headings.map((heading, index) => {
      const repeats = headings.slice(0, index).filter((other) => other === heading).length;
      return repeats === 0 ? heading : `${heading}-${repeats}`;
    });
    expect(new Set(numbered).size).toBe(numbered.length);
    for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(numbered).toContain(target);
  });

  test("says the same in Markdown and on the page", () => {
    const words = (text: string) => text.replaceAll(/[^a-z_]+/g, " ");
    const markdown = words(document(OPERATIONS));
    const html = words(page(OPERATIONS).replaceAll(/<[^>]+>|&[a-z#0-9]+;/g, " "));
    for (const { summary, problems } of OPERATIONS.filter(isServed)) {
      expect(markdown).toContain(words(summary));
      for (const said of [summary, ...problems]) expect(html).toContain(words(said).trim());
    }
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
  const [, rename] = FAKE_OPERATIONS;
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

test("a field has its type, its limits and what it is for", () => {
  const odd = command({
    name: "odd.run",
    summary: "Run.",
    route: "POST /odd",
    permission: "odd:write",
    input: Fields({
      id: Id,
      name: Type.String({ minLength: 1, maxLength: 500, description: "Its name." }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
      state: Nullable(Literals(["a", "b"])),
      ids: Type.Array(Id, { maxItems: 10 }),
    }),
    output: Fields({}),
    problems: [],
    run: async () => unchanged({}),
  });
  const lines = document([odd]).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "| `id` | `string` |  |",
      "| `name` | `string` | Its name. At most 500 characters. |",
      "| `limit`? | `number` | Default 50. At least 1. At most 200. |",
      '| `state` | `"a" \\| "b" \\| null` |  |',
      "| `ids` | `string[]` | At most 10. |",
    ]),
  );
  expect(page([odd])).toContain("<td><code>&quot;a&quot; | &quot;b&quot; | null</code></td>");
});
