/** Runs the tests on the packaged PostgreSQL, then those that another PostgreSQL can change on the system's oldest. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SYSTEM = "/usr/lib/postgresql";
const OLDEST = 15;
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

/** Files whose result is the same on every PostgreSQL. A new file runs on both until it is named here. */
const SAME_ON_ALL = [
  "{sdk,web,server/test/clients}/**",
  "server/src/{cli,runtime,start}/**",
  // These use no database.
  "server/src/**/*rules.test.ts",
  "server/src/demo/packages/**",
  "server/src/kernel/input/**",
  "server/src/limits/request-allowances.test.ts",
  "server/test/house-facts.test.ts",
  "server/src/attachments/slow-uploads.test.ts",
  // Each of their statements runs in other tests: steps, tasks and limits/store.
  "server/src/tasks/model.test.ts",
  "server/test/races-large-trees.test.ts",
  // These are about sockets, streams and waits of this process.
  "server/src/attachments/streams.test.ts",
  "server/src/kernel/{silence,db/given-up}.test.ts",
  // Their statements run in conformance.test.ts; the rest of these files is about this process.
  "server/src/kernel/{email,hook,paging,sealed-cursors,sealed-text,signals}.test.ts",
  "server/src/kernel/dispatch/{afterwards,coalesce,poll}.test.ts",
  "server/src/auth/{addresses,credential-signals,dev-link,link-limits,permissions,unchanged}.test.ts",
  "server/src/agents/{presence,secrecy,status}.test.ts",
  "server/src/attachments/{limits,refused-uploads,revoked-download}.test.ts",
  "server/src/keys/{key-roles,keys-processes}.test.ts",
  "server/src/observability/{otlp,prices}/**",
  "server/test/{request-limits,sign-in-limits,work-limits}.test.ts",
  "server/src/surfaces/{dashboard,http,mcp,otlp,pages,print,webhooks}/**",
  "server/src/surfaces/events/{live,order}.test.ts",
  "server/test/{conformance-surfaces,deploy,fuzz,hostile,house,house-operations,house-web,input-spread,input-walk,journey}.test.ts",
  "server/test/{mcp-conformance,mcp-crew,mcp-worker,page-bytes,powers,revoked-wait,sign-in-web,two-processes*}.test.ts",
  // These start private servers, which are always the packaged one.
  "server/src/db/{embedded.test.ts,embedded/**}",
  "server/src/main.test.ts",
  "server/test/{crash,log-secrets}.test.ts",
];

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
  const excluded = SAME_ON_ALL.flatMap((path) => ["--exclude", path]);
  run(`the system's PostgreSQL in ${bin}`, {
    args: [...excluded, "--passWithNoTests"],
    env: { BAILIWICK_TEST_PG_BIN: bin },
  });
} else console.log("\nThere is no system PostgreSQL here; the tests ran on the packaged one alone.");
