/** The test suite on every PostgreSQL that is here: the packaged one, then the system's, if there is one. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
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

function run(title, bin) {
  console.log(`\nThe suite on ${title}.`);
  // A page is drawn alike on every database, so what is asked of one browser is asked once.
  const more = bin ? ["--exclude", "web/**", "--passWithNoTests"] : [];
  const env = { ...process.env, ...(bin && { BAILIWICK_TEST_PG_BIN: bin }) };
  const { status } = spawnSync(process.execPath, [vitest, "run", ...more, ...process.argv.slice(2)], {
    stdio: "inherit",
    env,
  });
  if (status !== 0) process.exit(status ?? 1);
}

run("the packaged PostgreSQL");
const bin = systemBinaries();
if (bin) run(`the system's PostgreSQL in ${bin}`, bin);
else console.log("\nThere is no system PostgreSQL here; the suite ran on the packaged one alone.");
