/** Runs the tests on the packaged PostgreSQL, then those that another PostgreSQL can change on the system's oldest. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SYSTEM = "/usr/lib/postgresql";
const OLDEST = 15;
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

/** The oldest system version: with the packaged newest one, both ends of what is supported are tested. */
function systemBinaries() {
  if (!existsSync(SYSTEM)) return undefined;
  const version = readdirSync(SYSTEM)
    .map(Number)
    .filter((number) => number >= OLDEST)
    .sort((a, b) => a - b)[0];
  return version && join(SYSTEM, String(version), "bin");
}

/**
 * A file that fails beside others is run again, alone. Many tests drive processes and browsers that share two cores,
 * and a test that needed more than its share must not stop a landing. A fault of the code fails both times. More than
 * this number of failed files is no accident.
 */
const MOST_RUN_AGAIN = 3;

function run(title, { args = [], env = {} } = {}) {
  console.log(`\nThe tests on ${title}.`);
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-failed-"));
  const failedIn = join(folder, "files.json");
  const status = vitestRun([...args, ...process.argv.slice(2)], { ...env, BAILIWICK_TEST_FAILED: failedIn });
  const failed = existsSync(failedIn) ? JSON.parse(readFileSync(failedIn, "utf8")) : [];
  rmSync(folder, { recursive: true });
  if (status === 0) return;
  if (failed.length === 0 || failed.length > MOST_RUN_AGAIN) process.exit(status ?? 1);
  console.log(`\nThese files failed and run once more:\n${failed.join("\n")}`);
  const second = vitestRun(failed, env);
  if (second !== 0) process.exit(second ?? 1);
  console.log(`\nThese files failed beside others and passed alone. Find out why:\n${failed.join("\n")}`);
}

function vitestRun(args, env) {
  const options = { stdio: "inherit", env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [vitest, "run", ...args], options).status;
}

run("the packaged PostgreSQL");
const bin = systemBinaries();
if (bin) {
  run(`the system's PostgreSQL in ${bin}`, {
    args: ["--passWithNoTests"],
    env: { BAILIWICK_TEST_PG_BIN: bin, BAILIWICK_TEST_FILES: "on-oldest" },
  });
} else console.log("\nThere is no system PostgreSQL here; the tests ran on the packaged one alone.");
