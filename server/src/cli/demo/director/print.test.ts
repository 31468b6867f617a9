import { expect, test } from "vitest";
import type { TaskItem } from "../../../../../sdk/src/index.ts";
import { mergeReport } from "../../../demo/packages/merge.ts";
import type { PackageFacts } from "../../../demo/packages/shapes.ts";
import { reportLines } from "./print-report.ts";
import { treeLines } from "./print-tree.ts";
import { createTerminal, type Paint } from "./terminal.ts";

const plain: Paint = (_, text) => text;

function facts(name: string, more: Partial<PackageFacts> = {}): PackageFacts {
  return {
    path: `node_modules/${name}`,
    name,
    version: "1.0.0",
    license: "MIT",
    license_from: "field",
    files: 1,
    bytes: 2_000_000,
    digest: "d",
    install_scripts: [],
    ...more,
  };
}

test("the report shows every part of the audit and shortens long lists", () => {
  const many = Array.from({ length: 10 }, (_, index) => facts(`many${index}`, { license: "unknown" }));
  const scripts = [{ name: "postinstall", command: "node install.js" }];
  const report = mergeReport([
    ...many,
    facts("twice"),
    facts("twice", { path: "node_modules/x/node_modules/twice", version: "2.0.0" }),
    facts("runs", { install_scripts: scripts }),
    facts("broken", { problem: "package.json is not JSON." }),
  ]);
  const text = reportLines(report, "/work", plain, 100).join("\n");
  expect(text).toContain("14 packages of 13 names");
  expect(text).toContain("26.7 MiB in 14 files");
  expect(text).toContain("unknown 10, MIT 4");
  expect(text).toContain("many7 1.0.0\n");
  expect(text).not.toContain("many8");
  expect(text).toContain("and 2 more");
  expect(text).toContain('runs 1.0.0: postinstall "node install.js"');
  expect(text).toContain("twice: 1.0.0, 2.0.0");
  expect(text).toContain("node_modules/broken: package.json is not JSON.");
});

test("no line of the report is wider than the terminal", () => {
  const long = Array.from({ length: 40 }, (_, index) => facts(`p${index}`, { license: `Licence-Number-${index}` }));
  const scripts = [{ name: "install", command: "x".repeat(300) }];
  const lines = reportLines(mergeReport([...long, facts("s", { install_scripts: scripts })]), "/w", plain, 80);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(90);
});

test("an empty list says so", () => {
  expect(reportLines(mergeReport([facts("a")]), "/w", plain, 80).join("\n")).toMatch(/Several versions +none/);
});

/** A task with only the fields that the tree shows. */
function task(id: string, parent: string | null, more: Partial<TaskItem> = {}): TaskItem {
  const known = { id, title: `Task ${id}`, parent_task_id: parent, status: "completed", attempt: 1 };
  const times = {
    created_at: "2026-11-22T18:00:00.000Z",
    started_at: "2026-11-22T18:00:01.500Z",
    finished_at: "2026-11-22T18:00:11.500Z",
  };
  return { ...known, ...times, assigned_to_agent_id: "w", ...more } as TaskItem;
}

test("the tree shows who did what, its state, attempts and times", () => {
  const tasks = [
    task("r", null),
    task("a", "r", { attempt: 2 }),
    task("aa", "a"),
    task("b", "r", { status: "queued", attempt: 1, started_at: null, finished_at: null }),
  ];
  expect(treeLines(tasks, new Map([["w", "Worker"]]), plain, 100)).toEqual([
    "  Task           Agent   Status     Attempts  Started    Took",
    "  Task r         Worker  completed         1   +1.5 s  10.0 s",
    "  ├─ Task a      Worker  completed         2   +1.5 s  10.0 s",
    "  │  └─ Task aa  Worker  completed         1   +1.5 s  10.0 s",
    "  └─ Task b      Worker  queued            1",
  ]);
});

function anOutput(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 80, write: (text: string) => void written.push(text) };
}

test("a pipe gets plain lines and no progress", () => {
  const out = anOutput(false);
  const terminal = createTerminal(out, {});
  terminal.status("half way");
  terminal.print(terminal.paint("red", "a line"));
  expect(out.written).toEqual(["a line\n"]);
});

test("a terminal gets the progress below the lines, in colour unless it wants none", () => {
  const out = anOutput(true);
  const terminal = createTerminal(out, { NO_COLOR: "1" });
  terminal.status("half way");
  terminal.print(terminal.paint("red", "a line"));
  expect(out.written.join("")).toBe("\r\u001b[2Khalf way\r\u001b[2Ka line\n\r\u001b[2Khalf way");
  expect(createTerminal(anOutput(true), {}).paint("red", "x")).toBe("\u001b[31mx\u001b[0m");
});

test("a name cannot move the cursor", () => {
  const out = anOutput(false);
  createTerminal(out, {}).print("evil\u001b[2J\u0007\r");
  expect(out.written).toEqual(["evil?[2J??\n"]);
});
