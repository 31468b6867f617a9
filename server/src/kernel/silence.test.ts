import type pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { aHotRename, renameWorkspace } from "../../test/harness/fake-operations.ts";
import { aWorkspace, problemOf, serverSocket, testEnvironment, useApp } from "../../test/harness/harness.ts";
import { aSilentProxy, type SilentProxy } from "../../test/harness/silent-proxy.ts";
import { createApp } from "../app.ts";
import { createPool } from "../db/connect.ts";
import { createDb, type DbLimits } from "./db/db.ts";

const app = useApp();
const open: { pool: pg.Pool; proxy?: SilentProxy }[] = [];
afterEach(async () => {
  for (const { pool, proxy } of open.splice(0)) {
    await proxy?.close();
    await pool.end();
  }
});

/** Shorter than in production, but long enough for a busy machine. */
const SHORT: Partial<DbLimits> = { silenceMs: 2_000, readAnswerMs: 2_000, writeAnswerMs: 2_000, waitMs: 1_000 };

async function behindAProxy(size = 4) {
  const proxy = await aSilentProxy(serverSocket(app()), size);
  const pool = createPool(proxy.target);
  pool.options.connectionTimeoutMillis = 1_000;
  open.push({ pool, proxy });
  return { pool, proxy };
}

function direct(limits: Partial<DbLimits>) {
  const pool = createPool({ socket: serverSocket(app()), size: 3 });
  open.push({ pool });
  return createDb({ pool, limits });
}

describe("a connection that is lost in silence", () => {
  it("fails its calls with 503, and every other connection of its age is replaced before use", async () => {
    const { pool, proxy } = await behindAProxy();
    const db = createDb({ pool, limits: SHORT });
    const ids = await Promise.all([1, 2, 3].map(async () => (await aWorkspace(app())).id));
    const slow = (id: string) => db.read(id, (tx) => tx.statement("test.nap", "select pg_sleep(0.2)", []));
    await Promise.all(ids.map(slow));
    expect(proxy.count()).toBe(3);
    proxy.silence();
    expect(await problemOf(db.transaction(ids[0] ?? "", async () => 1))).toMatchObject({
      code: "unavailable",
      status: 503,
      details: { retry_after_seconds: expect.any(Number) },
    });
    for (const id of ids) expect(await db.transaction(id, async () => id)).toBe(id);
    expect(pool.totalCount).toBeLessThanOrEqual(4);
  });

  it("does not hang the hot commands of its workspace", async () => {
    const { pool, proxy } = await behindAProxy();
    const served = createApp({ pool, env: testEnvironment(), dbLimits: SHORT });
    const { owner } = await aWorkspace(app());
    const { operation } = aHotRename();
    const request = { id: "r", trace_id: null, ip: "", at_this_machine: false, user_agent: "", session: null };
    const call = (name: string) => served.dispatcher.dispatch(operation, owner, { input: { name }, request });
    await call("before");
    proxy.silence();
    const settled = await Promise.allSettled(["a", "b", "c"].map(call));
    for (const one of settled) expect(one).toMatchObject({ reason: { code: "unavailable" } });
    expect((await call("after")).output).toEqual({ name: "after" });
    expect(served.db.vitals.groups.oldestMs()).toBe(0);
  });

  it("in the middle of a transaction fails the transaction, which changes nothing", async () => {
    const { pool, proxy } = await behindAProxy();
    const served = createApp({ pool, env: testEnvironment(), dbLimits: SHORT });
    const { id, owner } = await aWorkspace(app());
    const request = { id: "r", trace_id: null, ip: "", at_this_machine: false, user_agent: "", session: null };
    const cut = {
      ...renameWorkspace,
      async run(...[context, input]: Parameters<typeof renameWorkspace.run>) {
        const outcome = await renameWorkspace.run(context, input);
        proxy.silence();
        return outcome;
      },
    };
    const call = served.dispatcher.dispatch(cut, owner, { input: { name: "lost" }, request });
    expect((await problemOf(call)).code).toBe("unavailable");
    const { rows } = await app().admin.query("select name from workspaces where workspace_id = $1", [id]);
    expect(rows).toEqual([{ name: "Test" }]);
  });
});

describe("a database that is frozen", () => {
  it("fails every caller after a limited wait, and is used again when it continues", async () => {
    const { pool, proxy } = await behindAProxy();
    const db = createDb({ pool, limits: SHORT });
    const { id } = await aWorkspace(app());
    await db.read(id, async () => 1);
    proxy.freeze();
    const calls = Array.from({ length: 12 }, (_, n) =>
      problemOf(n % 3 === 0 ? db.outside(async () => 1) : db.read(id, async () => 1)),
    );
    for (const problem of await Promise.all(calls)) expect(problem.code).toBe("unavailable");
    proxy.thaw();
    await expect.poll(() => db.read(id, async () => "back").catch(() => "away")).toBe("back");
  });

  it("is used with new sessions when only its old sessions are stopped", async () => {
    const db = direct(SHORT);
    const { id } = await aWorkspace(app());
    const read = () =>
      db.read(id, (tx) => tx.statement<{ pid: number }>("t.pid", "select pg_backend_pid() as pid", []));
    const [first] = await read();
    process.kill(first?.pid ?? 0, "SIGSTOP");
    try {
      expect((await problemOf(read())).code).toBe("unavailable");
      const [next] = await read();
      expect(next?.pid).not.toBe(first?.pid);
    } finally {
      process.kill(first?.pid ?? 0, "SIGCONT");
    }
  });
});

describe("a statement that runs too long", () => {
  it("of a read is ended by the database: 429, the caller must narrow the read, and the connection stays", async () => {
    const db = direct({ readMs: 200 });
    const { id } = await aWorkspace(app());
    const pids: unknown[] = [];
    const read = (seconds: number) =>
      db.read(id, async (tx) => {
        pids.push(...(await tx.statement<{ pid: number }>("t.pid", "select pg_backend_pid() as pid", [])));
        await tx.statement("t.nap", "select pg_sleep($1::float8)", [seconds]);
      });
    expect(await problemOf(read(60))).toMatchObject({
      code: "overloaded",
      status: 429,
      message: "This read took longer than 0.2 s, so it was ended.",
      details: { retry_after_seconds: 2, next_step: expect.stringContaining("Narrow the request") },
    });
    await read(0);
    expect(pids[1]).toEqual(pids[0]);
  });

  it("of a command may take longer than a read", async () => {
    const db = direct({ readMs: 50 });
    const { id } = await aWorkspace(app());
    await db.transaction(id, (tx) => tx.statement("t.nap", "select pg_sleep($1::float8)", [0.2]));
  });
});
