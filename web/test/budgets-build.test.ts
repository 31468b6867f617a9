/** The budgets of the real build. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { budgetFaults, GRAPH_LIBRARY, readBuild, weigh } from "./budgets.ts";

const ROOT = join(import.meta.dirname, "../..");
const FIRST_PAGE = "src/pages/inbox/inbox.tsx";

test("the build keeps its budgets, and the graph library is loaded only when a graph is opened", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-budgets-"));
  try {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const env = { ...process.env, NODE_ENV: "production" };
    await promisify(execFile)(process.execPath, [vite, "build", "web", "--outDir", folder], { cwd: ROOT, env });
    const build = readBuild(folder);
    expect(budgetFaults(build, FIRST_PAGE), JSON.stringify(weigh(build, FIRST_PAGE))).toEqual([]);
    // The check of the graph library is empty when the build does not contain it.
    expect(Object.values(build.scripts).some(({ text }) => text.includes(GRAPH_LIBRARY))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
