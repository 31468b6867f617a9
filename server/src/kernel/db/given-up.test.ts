/** Tests of groups of hot commands whose connection is lost, given up or has options of its own. */
import type pg from "pg";
import { afterEach, expect, it } from "vitest";
import { aTask } from "../../../test/harness/builders.ts";
import { createSecondApp, problemOf, serverSocket, urlOf, useApp } from "../../../test/harness/harness.ts";
import { aSilentProxy, type SilentProxy } from "../../../test/harness/silent-proxy.ts";
import { aTeam } from "../../../test/harness/team.ts";
import { createPool } from "../../db/connect.ts";
import { claimTasks } from "../../tasks/operations/claim-tasks.ts";
import { createDb } from "./db.ts";

const app = useApp({ adminConnections: 6 });
const open: { pool: pg.Pool; proxy?: SilentProxy }[] = [];
afterEach(async () => {
  for (const { pool, proxy } of open.splice(0)) {
    await proxy?.close();
    await pool.end();
  }
});

const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );

/** Holds the lock on the powers of a workspace, for which every group waits. */
async function holdPowers(workspace: string): Promise<() => Promise<void>> {
  const client = await app().admin.connect();
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 9))", [workspace]);
  return async () => {
    await client.query("rollback");
    client.release();
  };
}

async function waitingBackends(): Promise<number[]> {
  const { rows } = await app().admin.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
    [app().database],
  );
  return rows.map(({ pid }) => pid);
}

it("a batch that the server gave up does not commit later", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const limits = { writeAnswerMs: 1_000, silenceMs: 1_000, readAnswerMs: 1_000 };
  const impatient = createSecondApp(app(), { dbLimits: limits });
  for (const title of ["the first goes the ordinary way", "warm"]) await aTask(impatient, owner, worker, { title });
  const release = await holdPowers(workspace.id);
  expect((await problemOf(aTask(impatient, owner, worker, { title: "given up" }))).code).toBe("unavailable");
  await expect.poll(waitingBackends, { timeout: 10_000 }).toEqual([]);
  await release();
  const { rows } = await app().admin.query("select 1 from tasks where workspace_id = $1 and title = 'given up'", [
    workspace.id,
  ]);
  expect(rows).toEqual([]);
  await impatient.close();
});

it("the group after a terminated one gets another connection", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  for (let n = 0; n < 2; n++) await aTask(app(), owner, worker);
  const release = await holdPowers(workspace.id);
  const first = code(aTask(app(), owner, worker));
  await expect.poll(waitingBackends).toHaveLength(1);
  const second = code(app().call(claimTasks, worker, {}));
  await app().admin.query("select pg_terminate_backend($1)", await waitingBackends());
  expect(await first).toBe("unavailable");
  await release();
  expect(await second).toBe("done");
});

it("options in the address of the database do not remove the role and the settings of ours", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const other = await aTeam(app());
  await aTask(app(), other.owner, other.worker);
  await aTask(app(), owner, worker);
  const pool = createPool({ url: `${urlOf(app().database)}&options=-c%20geqo%3Doff`, size: 3 });
  open.push({ pool });
  const settings = "select current_setting('geqo') as geqo, current_setting('statement_timeout') as timeout";
  for (const one of [pool, pool.hot])
    expect((await one.query(settings)).rows).toEqual([{ geqo: "off", timeout: "30s" }]);
  const text =
    "select current_user::text as role, count(*) filter (where workspace_id <> $1)::int as others from tasks";
  expect(await createDb({ pool }).batch(workspace.id, [{ name: "test.seen", text, values: [workspace.id] }])).toEqual([
    [{ role: "bailiwick_app", others: 0 }],
  ]);
});

it("a connection that only the rollback finds silent warns of the others", async () => {
  const ids = await Promise.all([1, 2, 3].map(async () => (await aTeam(app())).workspace.id));
  const proxy = await aSilentProxy(serverSocket(app()), 4);
  const pool = createPool(proxy.target);
  open.push({ pool, proxy });
  const limits = { silenceMs: 1_000, readAnswerMs: 1_000, writeAnswerMs: 1_000, waitMs: 5_000 };
  const db = createDb({ pool, limits });
  await Promise.all(ids.map((id) => db.read(id, (tx) => tx.statement("test.nap", "select pg_sleep(0.2)", []))));
  proxy.silence();
  const own = db.transaction(ids[0] ?? "", async () => {
    throw new Error("own");
  });
  expect(await code(own)).toBe("own");
  for (const id of ids) expect(await code(db.transaction(id, async () => 1))).toBe("done");
});
