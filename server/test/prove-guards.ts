/**
 * Proves that the tests can fail: removes one guard at a time in a copy of the tree and expects its test to fail.
 *
 *     npx tsx server/test/prove-guards.ts [WORD]
 *
 * checks only the guards whose name contains the word. `BAILIWICK_VITEST_CONFIG` names another configuration of the
 * runner.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GUARDS, type Guard } from "./harness/guards.ts";
import { ROOT } from "./house/sources.ts";

function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "bailiwick-guards-"));
  const isCopied = (path: string) => !/\/(?:node_modules|\.git|dist)$/.test(path);
  cpSync(ROOT, copy, { recursive: true, filter: isCopied });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Returns true when the test fails without the guard. */
function isNoticed(copy: string, { without, test }: Guard): boolean {
  if (!existsSync(join(copy, "server", `${test}.ts`))) throw new Error(`There is no ${test}.ts.`);
  const before = new Map(without.map(([file]) => [file, readFileSync(join(copy, "server/src", file), "utf8")]));
  for (const [file, from, to] of without) {
    const path = join(copy, "server/src", file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} no longer contains: ${from}`);
    writeFileSync(path, text.replace(from, to));
  }
  const config = process.env.BAILIWICK_VITEST_CONFIG ?? join(copy, "vitest.config.ts");
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", "--root", copy, "--config", config, test], {
    cwd: copy,
  });
  for (const [file, text] of before) writeFileSync(join(copy, "server/src", file), text);
  return status !== 0;
}

const [word = ""] = process.argv.slice(2);
const chosen = GUARDS.filter(({ name }) => name.includes(word));
const copy = copyOfTree();
let missed = 0;
for (const guard of chosen) {
  const noticed = isNoticed(copy, guard);
  if (!noticed) missed++;
  console.log(`${noticed ? "noticed" : "MISSED "}  ${guard.name} (${guard.test})`);
}
rmSync(copy, { recursive: true, force: true });
if (chosen.length === 0 || missed > 0) process.exitCode = 1;
