import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Build, budgetFaults, GRAPH_LIBRARY, readBuild, weigh } from "./budgets.ts";

const INBOX = "src/pages/inbox.tsx";
const TASKS = "src/pages/tasks.tsx";

/** A build of these chunks, each with its weight in kB, its imports and its text. */
function build(
  chunks: Record<
    string,
    { kb: number; imports?: string[]; dynamicImports?: string[]; text?: string; isDynamicEntry?: boolean }
  >,
): Build {
  const entries = Object.entries(chunks);
  return {
    manifest: Object.fromEntries(
      entries.map(([key, { kb: _kb, text: _text, ...chunk }]) => [key, { file: `${key}.js`, ...chunk }]),
    ),
    scripts: Object.fromEntries(
      entries.map(([key, { kb, text = "" }]) => [`${key}.js`, { gzipBytes: kb * 1_000, text }]),
    ),
  };
}

const whole = {
  "index.html": { kb: 100, imports: ["_react"], dynamicImports: [INBOX, TASKS] },
  _react: { kb: 40 },
  _table: { kb: 10, imports: ["_react"] },
  [INBOX]: { kb: 25, imports: ["index.html", "_table"], isDynamicEntry: true },
  [TASKS]: { kb: 50, imports: ["index.html", "_table"], isDynamicEntry: true },
};

describe("the weights", () => {
  test("the first route is the entry, its page and all they import, each once", () => {
    const { entryKb, firstRouteKb, piecesKb } = weigh(build(whole), INBOX);
    expect({ entryKb, firstRouteKb, piecesKb }).toEqual({ entryKb: 140, firstRouteKb: 175, piecesKb: { [TASKS]: 60 } });
  });

  test("a weight equal to the budget is allowed", () => {
    expect(budgetFaults(build(whole), INBOX)).toEqual([]);
  });

  test("chunks that import each other are weighed once", () => {
    const circle = { ...whole, _react: { kb: 40, imports: ["index.html", "_react"] } };
    expect(weigh(build(circle), INBOX)).toMatchObject({ entryKb: 140, firstRouteKb: 175 });
  });

  test("a piece that a page loads later weighs nothing in the first route", () => {
    const later = { ...whole, "src/editor.tsx": { kb: 59, isDynamicEntry: true } };
    expect(weigh(build(later), INBOX)).toMatchObject({ firstRouteKb: 175, piecesKb: { "src/editor.tsx": 59 } });
  });
});

describe("a fault is", () => {
  test("a first route above its budget, in any of its chunks", () => {
    for (const key of ["index.html", "_react", "_table", INBOX] as const) {
      const heavy = { ...whole, [key]: { ...whole[key], kb: (whole[key]?.kb ?? 0) + 0.1 } };
      expect(budgetFaults(build(heavy), INBOX), key).toContain("the first route: 175.1 kB of script, at most 175");
    }
  });

  test("another page above its budget, by its own chunk or by an import of its own", () => {
    const expected = `${TASKS}: 60.5 kB of script, at most 60`;
    const heavy = { ...whole, [TASKS]: { ...whole[TASKS], kb: 50.5 } };
    expect(budgetFaults(build(heavy), INBOX)).toEqual([expected]);
    const imports = ["index.html", "_table", "_chart"];
    const charts = { ...whole, [TASKS]: { ...whole[TASKS], imports }, _chart: { kb: 0.5 } };
    expect(budgetFaults(build(charts), INBOX)).toEqual([expected]);
  });

  test("a part opened in a page, or the graph, above its budget", () => {
    const [form, graph] = ["src/form.tsx", "src/graph.tsx"];
    const opened = (kb: number, more: number) => ({
      ...whole,
      [form]: { kb, isDynamicEntry: true },
      [graph]: { kb: kb + more, isDynamicEntry: true, text: `"${GRAPH_LIBRARY}node"` },
    });
    expect(budgetFaults(build(opened(80, 15)), INBOX)).toEqual([]);
    expect(budgetFaults(build(opened(80.5, 15)), INBOX)).toEqual([
      `${form}: 80.5 kB of script, at most 80`,
      `${graph}: 95.5 kB of script, at most 95`,
    ]);
  });

  test("the graph library in the entry or in what it imports, and not in a page", () => {
    const text = `className:"${GRAPH_LIBRARY}node"`;
    const expected = (key: string) => `${key}.js: loads the graph library on every page`;
    for (const key of ["index.html", "_react"] as const) {
      expect(budgetFaults(build({ ...whole, [key]: { ...whole[key], text } }), INBOX)).toEqual([expected(key)]);
    }
    expect(budgetFaults(build({ ...whole, [TASKS]: { ...whole[TASKS], text } }), INBOX)).toEqual([]);
  });

  test("a build without its entry, its first page or a named script", () => {
    expect(() => budgetFaults(build(whole), "src/pages/none.tsx")).toThrow("The build has no src/pages/none.tsx");
    expect(() => budgetFaults(build({ [INBOX]: { kb: 1 } }), INBOX)).toThrow("The build has no index.html");
    expect(() => budgetFaults({ ...build(whole), scripts: {} }, INBOX)).toThrow("does not have it");
  });
});

test("a build is read with the compressed weight of its scripts only", () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-build-"));
  const text = "let a;".repeat(10_000);
  const manifest = { "index.html": { file: "a.js", css: ["a.css"] }, "a.png": { file: "a.png" } };
  mkdirSync(join(folder, ".vite"));
  writeFileSync(join(folder, ".vite/manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "a.js"), text);
  const { scripts } = readBuild(folder);
  expect(scripts).toEqual({ "a.js": { text, gzipBytes: expect.any(Number) } });
  expect(scripts["a.js"]?.gzipBytes).toBeLessThan(text.length / 50);
  rmSync(folder, { recursive: true });
});
