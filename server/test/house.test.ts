/** The house style as a test, because rules in documents are forgotten. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { staleFiles } from "../src/generate.ts";
import {
  AREAS,
  areaOf,
  IMPURE,
  importFault,
  isForTests,
  isPure,
  isPureImport,
  mayHoldSql,
  SLICES,
  SQL,
} from "./house/areas.ts";
import { importCircles } from "./house/circles.ts";
import { columnLists, columnsByTable } from "./house/column-lists.ts";
import { deadReferences } from "./house/references.ts";
import { filesIn, functionsOf, importsOf, ROOT, read, type Source, sourceOf, sourcesIn } from "./house/sources.ts";
import { wordFaults } from "./house/words.ts";
import { LONGEST } from "./order.ts";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 50;
const PACKAGES = [
  "server/src",
  "server/test",
  "sdk/src",
  "bench",
  ...["web/src", "web/test"].filter((path) => existsSync(join(ROOT, path))),
];

const sources = sourcesIn(PACKAGES).filter(({ path }) => !path.startsWith("sdk/src/generated/"));
const product = sources.filter(({ path }) => !isForTests(path));
const inServer = product.filter(({ path }) => path.startsWith("server/"));

/** The faults with their places; empty when there is none. */
function faults(from: readonly Source[], find: (source: Source) => readonly string[]): string[] {
  return from.flatMap((source) => find(source).map((fault) => `${source.path}: ${fault}`));
}

/** The lines that match, without comments. */
function linesWith({ lines }: Source, pattern: RegExp): string[] {
  return lines.flatMap((line, index) =>
    pattern.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line) ? [`${index + 1}: ${line.trim()}`] : [],
  );
}

describe("the reader", () => {
  it("reads the whole tree, so that no check is empty", () => {
    expect(sources.length).toBeGreaterThan(250);
    expect(inServer.length).toBeGreaterThan(150);
    expect(product.flatMap(importsOf).length).toBeGreaterThan(800);
    expect(sources.flatMap(functionsOf).length).toBeGreaterThan(1_500);
    expect(product.filter(({ path }) => isPure(path)).length).toBeGreaterThan(8);
  });

  it("finds every import", () => {
    expect(
      faults(sources, (source) => {
        const written = source.lines.filter((line) =>
          /^(?:import|export) .*from "|^import "|^\} from "/.test(line),
        ).length;
        return written > importsOf(source).length ? [`${written} imports, ${importsOf(source).length} read`] : [];
      }),
    ).toEqual([]);
  });

  it("recognises a violation of each rule", () => {
    const lines = ["export function long() {", ...Array.from({ length: 51 }, () => "  work();"), "}"];
    expect(functionsOf({ path: "a.ts", text: "", lines })).toMatchObject([{ size: 53 }]);
    const source = { path: "server/src/tasks/a.ts", text: "", lines: [] };
    const at = (to: string) => importFault(source, { to: `server/src/${to}`, isOurs: true, isTypeOnly: false });
    expect([at("gate/store.ts"), at("audit/index.ts"), at("surfaces/route.ts")].every(Boolean)).toBe(true);
    expect([at("gate/index.ts"), at("kernel/db/db.ts"), at("tasks/rules.ts")].some(Boolean)).toBe(false);
    expect(SQL.test('const A = "select 1 from tasks";') && SQL.test("  tx.selectFrom(x)")).toBe(true);
  });
});

describe("imports", () => {
  it("every part of the server is in the table of allowed imports", () => {
    expect([...new Set(inServer.map(({ path }) => areaOf(path)))].filter((area) => !AREAS.includes(area))).toEqual([]);
  });

  it("follow the table: kernel itself, a slice those before it by their index, surfaces and db the kernel", () => {
    expect(
      faults(inServer, (source) =>
        importsOf(source)
          .filter(({ isOurs }) => isOurs)
          .flatMap((one) => importFault(source, one) ?? []),
      ),
    ).toEqual([]);
  });

  it("the SDK imports nothing but itself, and the web nothing but itself and the SDK", () => {
    const packages = { "sdk/": ["sdk/"], "web/": ["web/", "sdk/"] };
    expect(
      faults(product, (source) => {
        const [, allowed] = Object.entries(packages).find(([start]) => source.path.startsWith(start)) ?? [];
        const ours = importsOf(source).filter(({ isOurs }) => isOurs && allowed);
        return ours.filter(({ to }) => !allowed?.some((start) => to.startsWith(start))).map(({ to }) => to);
      }),
    ).toEqual([]);
  });

  it("rules and shapes are pure: no transaction, clock, chance or world outside", () => {
    const pure = product.filter(({ path }) => isPure(path));
    const byImport = faults(pure, (source) => importsOf(source).flatMap((one) => (isPureImport(one) ? [] : [one.to])));
    expect([...byImport, ...faults(pure, (source) => linesWith(source, IMPURE))]).toEqual([]);
  });

  it("no code of the server imports code for tests", () => {
    expect(faults(product, (source) => importsOf(source).flatMap(({ to }) => (isForTests(to) ? [to] : [])))).toEqual(
      [],
    );
  });

  it("form no circle in the server, the SDK and the benchmarks", () => {
    const own = sources.filter(({ path }) => !path.startsWith("web/"));
    expect(importCircles(own)).toEqual([]);
  });
});

describe("size and shape", () => {
  it(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
    const long = ({ lines }: Source) => (lines.length - 1 > FILE_LINES_MAX ? [`${lines.length - 1} lines`] : []);
    expect(faults(sources, long)).toEqual([]);
  });

  it(`no function is longer than ${FUNCTION_LINES_MAX} lines, those inside it and groups of tests not counted`, () => {
    expect(
      faults(sources, (source) =>
        functionsOf(source)
          .filter(({ size, name }) => size > FUNCTION_LINES_MAX && !name.startsWith("describe"))
          .map(({ line, size, name }) => `${line}: ${size} lines: ${name}`),
      ),
    ).toEqual([]);
  });

  it("files are kebab-case and named for the thing inside", () => {
    const files = filesIn(PACKAGES).map((path) => path.split("/"));
    const badly = files.filter((parts) => {
      const name = (parts.at(-1) ?? "").replace(/(?:\.test)?\.[a-z]+$/, "");
      if (name === "README") return false;
      const isKebab = [...parts.slice(0, -1), name].every((part) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part));
      return !isKebab && !parts.includes("migrations");
    });
    const drawers = files.filter((parts) =>
      /(?:^|[/-])(?:utils?|helpers?|common|manager|service)(?:[./-]|$)/.test(parts.join("/")),
    );
    expect([...badly, ...drawers].map((parts) => parts.join("/"))).toEqual([]);
  });

  it("nothing is exported by default, and nothing is called utils, helper, common, manager or service", () => {
    const drawer = /\b(?:class|function|const|interface|type) \w*(?:[uU]tils?|[hH]elpers?|[mM]anager|Service)\b/;
    expect(
      faults(sources, (source) => [...linesWith(source, /^export default\b/), ...linesWith(source, drawer)]),
    ).toEqual(
      // The test runner requires a default export.
      [],
    );
  });

  it("unfinished work has an issue number", () => {
    const todo = /\b(?:TO|FIX)(?:DO|ME)\b(?! #\d)/;
    expect(faults(sources, ({ lines }) => lines.filter((line) => todo.test(line)))).toEqual([]);
  });
});

describe("the words", () => {
  /** They name the words. */
  const ABOUT_WORDS = ["server/test/house/words.ts", "server/test/house.test.ts"];

  it("are plain English in comments, names and texts", () => {
    const builds = ["build", "build-clients", "build-parts", "build-progress", "build-web", "installed"].map((name) =>
      sourceOf(`server/${name}.js`),
    );
    const files = [...sources, ...builds].filter(({ path }) => !ABOUT_WORDS.includes(path));
    expect(faults(files, wordFaults)).toEqual([]);
  });

  it("are found where they stand", () => {
    const odd = ["// Read anew.", "/** What it says. */", "/** Kept this long. Milliseconds. */", "const asked = 1;"];
    const plain = ["/** Returns the rows. */", "// When the list is empty, nothing shows.", "const onAsked = 1;"];
    const source = { path: "a.ts", text: "", lines: [...odd, ...plain] };
    expect(wordFaults(source).map((fault) => fault.slice(0, 2))).toEqual(["1:", "2:", "3:", "4:"]);
  });
});

describe("statements", () => {
  it("stand in stores, in db, and where the kernel keeps facts and answers", () => {
    expect(
      faults(
        inServer.filter(({ path }) => !mayHoldSql(path)),
        ({ text }) => SQL.exec(text) ?? [],
      ),
    ).toEqual([]);
    expect(inServer.filter(({ path, text }) => mayHoldSql(path) && SQL.test(text)).length).toBeGreaterThan(15);
  });

  it("list their columns: no star of a table", () => {
    const outside = inServer.filter(({ path }) => !path.startsWith("server/src/db/"));
    const star = /\bselect \* from (?:tasks|agents|facts|gates|workspaces|members|api_keys|obs_events|\$\{)/;
    expect(faults(outside, (source) => linesWith(source, star))).toEqual([]);
  });

  it("follow from one list of the columns of a large table", () => {
    const tables = columnsByTable(read("server/src/db/schema.sql"));
    const columns = [...(tables.get("tasks") ?? [])];
    const [first, second] = [columns.map((name) => `t.${name}`), columns.map((name) => `"${name}"`)];
    const source = { path: "a.ts", text: `select ${first.join(", ")} from x; [${second.join(", ")}]`, lines: [] };
    expect(columnLists(source, tables)).toEqual(["tasks", "tasks"]);
    const outside = inServer.filter(({ path }) => !path.startsWith("server/src/db/"));
    const found = outside.flatMap((one) => columnLists(one, tables).map((table) => ({ table, path: one.path })));
    const isTwice = ({ table }: { table: string }) => found.filter((other) => other.table === table).length > 1;
    expect(found.filter(isTwice)).toEqual([]);
    expect(found.length).toBeGreaterThan(3);
  });

  it("name what they write: a row is never spread as it came", () => {
    const written = /\.(?:values|set|doUpdateSet)\(\s*\{[^}]*?\.\.\.(?!only\(|asColumns\()/g;
    expect(faults(inServer, ({ text }) => [...text.matchAll(written)].map(([found]) => found))).toEqual([]);
  });

  it("take a list as one array parameter, `anyOf`: one parameter a value ends at 65,535 values", () => {
    const list = /["'](?:not )?in["'],/;
    expect(list.test('.where("id", "in", [...ids])')).toBe(true);
    expect(faults(inServer, (source) => linesWith(source, list))).toEqual([]);
  });

  it("take the clock from bailiwick_now, never from now() alone", () => {
    const stores = inServer.filter(({ path }) => mayHoldSql(path) && !path.startsWith("server/src/db/"));
    expect(
      faults(stores, (source) => linesWith(source, /(?<![\w.])(?:now\(\)(?!:)|current_timestamp|clock_timestamp)/)),
    ).toEqual([]);
  });

  it("only the kernel's facts folder reads and writes the fact log", () => {
    const log = /\b(?:from|join|into|update) (?:facts|fact_payloads)\b|(?<!=)"(?:facts|fact_payloads)(?: as \w+)?"/;
    const inside = (path: string) => path.startsWith("server/src/kernel/facts/");
    expect(inServer.filter(({ path, text }) => inside(path) && log.test(text)).length).toBe(6);
    const outside = inServer.filter(({ path }) => !inside(path) && !path.startsWith("server/src/db/"));
    expect(faults(outside, (source) => linesWith(source, log))).toEqual([]);
  });
});

describe("the tree", () => {
  it("names no path of a developer's machine and no host of a registry", () => {
    const top = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() && entry.name !== ".git" ? [entry.name] : [],
    );
    const paths = [...filesIn([...PACKAGES, "docs", "examples", "sdk/python", "server/bin"]), ...top];
    expect(paths.length).toBeGreaterThan(300);
    // The names are written in pieces, so that this file does not contain them.
    const folders = ["home(?!/ada)", "Users", "work", "root", "mnt", "workspace"].join("|");
    const machine = new RegExp(`(?<![\\w.}])/(?:${folders})/\\w|${["registry", "npmjs"].join("\\.")}`);
    const named = (path: string) =>
      read(path)
        .split("\n")
        .filter((line) => machine.test(line));
    expect(paths.flatMap((path) => named(path).map((line) => `${path}: ${line.trim().slice(0, 200)}`))).toEqual([]);
  });

  it("comments and documents name files that exist", () => {
    const files = [...filesIn([...PACKAGES, "server", "web", "docs", "sdk", "examples"]), ...readdirSync(ROOT)];
    const documents = files.filter((path) => path.endsWith(".md") && path !== "CHANGELOG.md").map(sourceOf);
    expect(documents.length).toBeGreaterThan(20);
    expect(faults([...sources, ...documents], (source) => deadReferences(source, files))).toEqual([]);
    const odd = {
      path: "a.ts",
      text: "",
      lines: ["// See `gone.ts` and `a.ts`.", "/** See `server/test/order.ts`. */"],
    };
    expect(deadReferences(odd, ["b/a.ts", "server/test/order.ts"])).toEqual(["1: gone.ts"]);
  });

  it("every slice has a README, and the changelog says what is unreleased", () => {
    const folders = [...SLICES, "kernel", "db", "surfaces"].filter((name) =>
      existsSync(join(ROOT, "server/src", name)),
    );
    expect(folders.length).toBeGreaterThan(8);
    expect(folders.filter((name) => !existsSync(join(ROOT, "server/src", name, "README.md")))).toEqual([]);
    expect(read("CHANGELOG.md")).toMatch(/^## Unreleased$/m);
  });

  it("the test files that start first are there", () => {
    expect(LONGEST.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("generated files are fresh: npm run generate", async () => {
    expect(await staleFiles()).toEqual([]);
  });
});
