import type pg from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { aHotRename, renameWorkspace } from "../../../test/harness/fake-operations.ts";
import {
  aWorkspace,
  factsOf,
  problemOf,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../../test/harness/harness.ts";
import { barrier, latch } from "../../../test/harness/latch.ts";
import { createApp } from "../../app.ts";
import { createPool } from "../../db/connect.ts";
import { type CommandContext, unchanged } from "../operation.ts";
import { clockOf } from "./db.ts";
import type { Tx } from "./tx.ts";

const app = useApp();
const pools: pg.Pool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

const LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 1))";
const lock = (tx: Tx, what: string) => tx.statement("test.lock", LOCK, [what]);

/** Takes two locks, the second only after all callers have a first one. */
function crossing(workspace: TestWorkspace, meet: () => Promise<void>) {
  const tries: string[] = [];
  const run = (first: string, second: string) => ({
    ...renameWorkspace,
    async run(context: CommandContext, input: { name: string }) {
      tries.push(input.name);
      await lock(context.tx, `${workspace.id} ${first}`);
      if (tries.length <= 2) await meet();
      await lock(context.tx, `${workspace.id} ${second}`);
      return renameWorkspace.run(context, input);
    },
  });
  return { tries, run };
}

describe("a transaction", () => {
  it("that ends in a deadlock runs again, and both callers succeed with one fact each", async () => {
    const workspace = await aWorkspace(app());
    const { tries, run } = crossing(workspace, barrier(2));
    const calls = [
      app().call(run("a", "b"), workspace.owner, { name: "ab" }, { idempotencyKey: "ab" }),
      app().call(run("b", "a"), workspace.owner, { name: "ba" }, { idempotencyKey: "ba" }),
    ];
    expect(await Promise.all(calls)).toEqual([{ name: "ab" }, { name: "ba" }]);
    expect(tries).toHaveLength(3);
    expect((await factsOf(app(), workspace.id)).map(({ data }) => data.name).sort()).toEqual(["ab", "ba"]);
  });

  it("is repeated at most three times; then the database counts as unreachable", async () => {
    const { id, owner } = await aWorkspace(app());
    let tries = 0;
    const unlucky = {
      ...renameWorkspace,
      async run({ tx }: CommandContext) {
        tries++;
        await tx.statement("test.unlucky", "do $$ begin raise exception using errcode = '40001'; end $$", []);
        return expect.fail("The statement was taken.");
      },
    };
    const problem = await problemOf(app().call(unlucky, owner, { name: "x" }));
    expect(problem).toMatchObject({ code: "unavailable", details: { retry_after_seconds: expect.any(Number) } });
    expect([tries, await factsOf(app(), id)]).toEqual([4, []]);
  });

  it("knows its clock after the first round trip, moved by the offset and constant to the end", async () => {
    const { id } = await aWorkspace(app());
    app().clock.offsetMs = 3_600_000;
    const [now, seen] = await app().db.transaction(id, async (tx) => {
      const now = await clockOf(tx);
      const [row] = await tx.statement<{ at: string }>("test.now", "select bailiwick_now() as at", []);
      return [now, row?.at] as const;
    });
    app().clock.offsetMs = 0;
    expect(now.toISOString()).toBe(seen);
    expect(now.getTime() - Date.now()).toBeGreaterThan(3_500_000);
  });

  it("a statement that was sent and not awaited fails the commit with its own reason", async () => {
    const { id, owner } = await aWorkspace(app());
    const careless = {
      ...renameWorkspace,
      async run({ tx }: CommandContext) {
        tx.statement("test.bad", "select 1 / 0", []).catch(() => undefined);
        return unchanged({ name: "not stored" });
      },
    };
    const problem = await problemOf(app().call(careless, owner, { name: "x" }));
    expect(problem).toMatchObject({ code: "invalid_input" });
    expect(String(problem.cause)).toContain("division by zero");
    expect(await factsOf(app(), id)).toEqual([]);
  });
});

describe("an unreachable database", () => {
  it("is 503 with a time to retry, for ordinary and hot commands", async () => {
    const pool = createPool({ socket: { ...inject("server"), host: "/nowhere", database: "none" }, size: 2 });
    pools.push(pool);
    const lost = createApp({ pool, env: testEnvironment() });
    const { owner } = await aWorkspace(app());
    const request = { id: "r", trace_id: null, ip: "", at_this_machine: false, user_agent: "", session: null };
    for (const operation of [renameWorkspace, aHotRename().operation]) {
      const calls = Array.from({ length: 3 }, () =>
        problemOf(lost.dispatcher.dispatch(operation, owner, { input: { name: "x" }, request })),
      );
      for (const problem of await Promise.all(calls)) {
        expect(problem).toMatchObject({ code: "unavailable", status: 503, details: { retry_after_seconds: 2 } });
      }
    }
  });

  it("a connection that dies in a transaction is 503, changes nothing, and the next call works", async () => {
    const { id, owner } = await aWorkspace(app());
    const [inside, killed] = [latch(), latch()];
    const doomed = {
      ...renameWorkspace,
      async run(context: CommandContext, input: { name: string }) {
        const outcome = await renameWorkspace.run(context, input);
        inside.pass();
        await killed.passed;
        return outcome;
      },
    };
    const call = problemOf(app().call(doomed, owner, { name: "x" }));
    await inside.passed;
    await app().admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = $1 and state = 'idle in transaction' and pid <> pg_backend_pid()`,
      [app().database],
    );
    killed.pass();
    expect((await call).code).toBe("unavailable");
    expect(await factsOf(app(), id)).toEqual([]);
    expect(await app().call(renameWorkspace, owner, { name: "y" })).toEqual({ name: "y" });
  });

  it("connections that died while idle are replaced before a caller notices twice", async () => {
    const { owner } = await aWorkspace(app());
    await app().call(renameWorkspace, owner, { name: "x" });
    await app().admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
      [app().database],
    );
    const settled = await Promise.allSettled([1, 2].map(() => app().call(renameWorkspace, owner, { name: "y" })));
    for (const result of settled) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "unavailable" });
    }
    expect(await app().call(renameWorkspace, owner, { name: "z" })).toEqual({ name: "z" });
  });
});
