/** The house style of the dashboard as a test: its floors, no circle of imports, and plain English. */
import { describe, expect, it } from "vitest";
import * as values from "../../sdk/src/generated/values.ts";
import { isForTests } from "./house/areas.ts";
import { importCircles } from "./house/circles.ts";
import { FLOORS, floorFault, floorOf, hasFloor } from "./house/floors.ts";
import { importsOf, read, type Source, sourcesIn } from "./house/sources.ts";

const web = sourcesIn(["web/src"]).filter(({ path }) => !isForTests(path));

function source(path: string, ...lines: string[]): Source {
  return { path, text: lines.join("\n"), lines };
}

describe("the floors of the dashboard", () => {
  it("hold every file, and each floor has some", () => {
    expect(web.filter(({ path }) => !hasFloor(path)).map(({ path }) => path)).toEqual([]);
    for (const [at, floor] of FLOORS.entries()) {
      expect(web.filter(({ path }) => floorOf(path) === at).length, floor).toBeGreaterThan(10);
    }
  });

  it("import only downward, and no page imports another", () => {
    const faults = web.flatMap((file) =>
      importsOf(file)
        .filter(({ isOurs }) => isOurs)
        .flatMap((one) => {
          const fault = floorFault(file, one);
          return fault === undefined ? [] : [`${file.path}: ${fault}`];
        }),
    );
    expect(faults).toEqual([]);
  });

  it("refuse a step up, a step into another page, and a file outside the floors", () => {
    const fault = (from: string, to: string) => {
      const file = source(`web/src/${from}`);
      return floorFault(file, { to: `web/src/${to}`, isOurs: true, isTypeOnly: true });
    };
    expect(fault("data/list.ts", "ui/table.tsx")).toBe("data must not import web/src/ui/table.tsx");
    expect(fault("app/shell.tsx", "pages/inbox/inbox.tsx")).toContain("app must not import");
    expect(fault("app/shell.tsx", "sections.ts")).toBe("web/src/sections.ts stands on no floor");
    expect(fault("pages/inbox/inbox.tsx", "pages/tasks/task.tsx")).toBe(
      "the page inbox must not import the page tasks",
    );
    for (const [from, to] of [
      ["ui/table.tsx", "data/list.ts"],
      ["pages/tasks/task.tsx", "pages/tasks/delegation/tree.ts"],
      ["sections.ts", "pages/tasks/section.ts"],
    ] as const) {
      expect(fault(from, to)).toBeUndefined();
    }
  });
});

describe("the lists of the server", () => {
  const enums = Object.entries(values).map(([name, list]) => ({ name, list: list as readonly string[] }));

  /** Arrays of texts that repeat values of one enumeration of the SDK. */
  function repeatedIn({ lines }: Source): string[] {
    return lines.flatMap((line, at) =>
      [...line.matchAll(/\[((?:"[a-z_:]+"(?:, )?){2,})\]/g)].flatMap(([, items = ""]) => {
        const texts = items.split(", ").map((text) => text.slice(1, -1));
        const found = enums.find(({ list }) => texts.every((text) => list.includes(text)));
        return found ? [`${at + 1}: ${items} are values of ${found.name}`] : [];
      }),
    );
  }

  it("are not written a second time: states, roles and types come from the SDK", () => {
    const own = web.filter(({ path }) => !path.includes("/pages/design/"));
    expect(own.flatMap((file) => repeatedIn(file).map((fault) => `${file.path}:${fault}`))).toEqual([]);
  });

  it("are found where they stand", () => {
    expect(repeatedIn(source("web/src/a.ts", 'const OPEN = ["queued", "running"];', 'key: ["tasks", "list"]'))).toEqual(
      ['1: "queued", "running" are values of TASK_STATUSES'],
    );
  });
});

describe("hidden characters", () => {
  /** Ways to show a text that do not pass the JSX of the dashboard. */
  const BYPASS =
    /\b(?:dangerouslySetInnerHTML|innerHTML|outerHTML|innerText|textContent|insertAdjacent\w+)\b|react\/jsx|@jsx|(?<!\.)\bcreateElement\(|cloneElement\(|\bdocument\.title =/;

  function bypasses({ path, lines }: Source): string[] {
    return lines.flatMap((line, at) =>
      BYPASS.test(line) && !line.includes("visibleText(") ? [`${path}:${at + 1}: ${line.trim()}`] : [],
    );
  }

  it("are shown by the JSX of every component, which the compiler and the build select", () => {
    const [tsconfig, vite] = ["web/tsconfig.json", "web/vite.config.ts"].map(read);
    expect(tsconfig).toContain('"jsxImportSource": "#jsx"');
    expect(vite).toContain('jsxImportSource: "#jsx"');
    const runtime = "web/src/ui/jsx-runtime.ts";
    expect(web.filter(({ path }) => path !== runtime).flatMap(bypasses)).toEqual([]);
  });

  it("are found where a text goes another way", () => {
    expect(bypasses(source("web/src/a.tsx", "document.title = name;", "document.title = visibleText(name);"))).toEqual([
      "web/src/a.tsx:1: document.title = name;",
    ]);
  });
});

describe("import circles", () => {
  it("are found along static imports, imports of types and imports inside a function", () => {
    const files = [
      source("web/src/a.ts", 'import { b } from "./b.ts";', 'import { leaf } from "./leaf.ts";'),
      source("web/src/b.ts", 'import type { C } from "./c.ts";'),
      source("web/src/c.ts", 'const load = () => import("./a.ts");'),
      source("web/src/d.ts", 'import { a } from "./a.ts";', 'export type { E } from "./e.ts";'),
      source("web/src/e.ts", 'import { d } from "./d.ts";'),
      source("web/src/leaf.ts", 'import "react";'),
    ];
    expect(importCircles(files)).toEqual([
      ["web/src/a.ts", "web/src/b.ts", "web/src/c.ts"],
      ["web/src/d.ts", "web/src/e.ts"],
    ]);
    expect(importCircles(files.filter(({ path }) => !/[be]\.ts$/.test(path)))).toEqual([]);
  });

  it("are not in the dashboard", () => {
    expect(web.flatMap(importsOf).length).toBeGreaterThan(1_000);
    expect(importCircles(web)).toEqual([]);
  });
});
