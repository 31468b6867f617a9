/**
 * Measures if the time of `auth.request_magic_link` reveals that an address is known, over HTTP in process and on a
 * real database.
 *
 *     npx tsx server/test/measure-sign-in.ts [PAIRS]
 *
 * Known people signed in two days ago, and the sweep has run since, so a known address differs only by its person.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import pino from "pino";
import { createApp } from "../src/app.ts";
import { authJobs } from "../src/auth/jobs.ts";
import { verifyLink } from "../src/auth/operations/verify-link.ts";
import { createSignInLink } from "../src/auth/owner.ts";
import { connectionConfig, createPool } from "../src/db/connect.ts";
import { startPrivateServer } from "../src/db/embedded.ts";
import { migrate, migrationsFolder, readMigrations } from "../src/db/migrate.ts";
import { createHttp } from "../src/surfaces/http/server.ts";
import { testEnvironment } from "./harness/environment.ts";

const PAIRS = Number(process.argv[2] ?? 3_000);
const WARM_UP = 300;
const DAY_MS = 86_400_000;

const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-measure-"));
const server = await startPrivateServer({ dataDir, isDurable: false, log: () => undefined });
const admin = new pg.Client(connectionConfig({ socket: server.connection, size: 1 }));
await admin.connect();
await migrate(admin, readMigrations(migrationsFolder()));
const pool = createPool({ socket: server.connection, size: 4 });
let clockOffsetMs = 0;
const app = createApp({ pool, env: testEnvironment(), clockOffsetMs: () => clockOffsetMs });
const log = pino({ level: "silent" });
const web = createHttp({ ...app, log, acceptsLoopback: true, trustedProxies: [] });

let callers = 0;
/** Each request has its own network, so that no limit is reached. */
function nextAddress(): string {
  callers++;
  return `10.${(callers >> 16) & 255}.${(callers >> 8) & 255}.${callers & 255}`;
}

async function ask(email: string): Promise<number> {
  const call = { method: "POST", url: "/api/auth/request-magic-link", payload: { email } } as const;
  const remoteAddress = nextAddress();
  const since = performance.now();
  const answer = await web.app.inject({ ...call, remoteAddress });
  const ms = performance.now() - since;
  if (answer.statusCode !== 202) throw new Error(answer.body);
  return ms;
}

const known = (n: number) => `person-${String(n).padStart(6, "0")}@example.org`;
const unknown = (n: number) => `nobody-${String(n).padStart(6, "0")}@example.org`;

for (let n = 0; n < PAIRS; n++) {
  const link = await createSignInLink(app.db, app.env, known(n));
  const token = new URL(link).searchParams.get("token");
  const request = {
    id: `measure ${n}`,
    trace_id: null,
    ip: nextAddress(),
    at_this_machine: true,
    user_agent: "",
    session: null,
  };
  await app.dispatcher.dispatchPublic(verifyLink, { input: { token }, request });
}
clockOffsetMs = 2 * DAY_MS;
for (const job of authJobs()) {
  await job.run({
    db: app.db,
    env: app.env,
    stop: new AbortController().signal,
    dispatch: () => Promise.reject(new Error("It dispatches nothing.")),
    dispatchFor: () => Promise.reject(new Error("It dispatches nothing.")),
    onStuck: () => undefined,
  });
}
await admin.query("vacuum analyze");
for (let n = 0; n < WARM_UP; n++) await ask(`warm-${n}@example.org`);

const times = { known: [] as number[], unknown: [] as number[] };
for (let n = 0; n < PAIRS; n++) {
  const isKnownFirst = Math.random() < 0.5;
  if (isKnownFirst) times.known.push(await ask(known(n)));
  times.unknown.push(await ask(unknown(n)));
  if (!isKnownFirst) times.known.push(await ask(known(n)));
}
await web.close();
await Promise.all([pool.end(), admin.end()]);
await server.stop();
rmSync(dataDir, { recursive: true, force: true });

function quantile(values: readonly number[], part: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(3);
}

/**
 * The Mann-Whitney test with its normal approximation. Returns z and the probability of such a z without a difference.
 */
function mannWhitney(one: readonly number[], other: readonly number[]): { z: number; p: number; larger: number } {
  const all = [...one.map((ms) => ({ ms, isOne: true })), ...other.map((ms) => ({ ms, isOne: false }))];
  all.sort((a, b) => a.ms - b.ms);
  const ranks = all.reduce((sum, { isOne }, index) => sum + (isOne ? index + 1 : 0), 0);
  const pairs = one.length * other.length;
  const u = ranks - (one.length * (one.length + 1)) / 2;
  const z = (u - pairs / 2) / Math.sqrt((pairs * (all.length + 1)) / 12);
  return { z, p: 2 * upperTail(Math.abs(z)), larger: u / pairs };
}

/** The upper tail of the standard normal distribution, by Simpson's rule. Above ten it is 0. */
function upperTail(z: number): number {
  const [steps, end] = [2_000, 10];
  const width = (end - z) / steps;
  if (width <= 0) return 0;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    const weight = step === 0 || step === steps ? 1 : step % 2 ? 4 : 2;
    sum += weight * Math.exp(-((z + step * width) ** 2) / 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}

for (const [name, values] of Object.entries(times)) {
  const [median, low, high] = [quantile(values, 0.5), quantile(values, 0.05), quantile(values, 0.95)];
  console.log(`${name.padEnd(8)} ${values.length} requests, median ${median} ms, 5 % ${low} ms, 95 % ${high} ms`);
}
const { z, p, larger } = mannWhitney(times.known, times.unknown);
console.log(
  `Mann-Whitney: z ${z.toFixed(2)}, p ${p.toFixed(3)}; a known one is slower in ${(larger * 100).toFixed(2)} %`,
);
