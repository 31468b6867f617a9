import type pg from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { aWorkspace, problemOf, useApp } from "../../../test/harness/harness.ts";
import { latch } from "../../../test/harness/latch.ts";
import { createPool } from "../../db/connect.ts";
import { clockOf, createDb, type Db, type DbLimits } from "./db.ts";
import { createTurns, databaseBusy } from "./turns.ts";

const app = useApp();
const pools: pg.Pool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

function dbOf(size: number, limits: Partial<DbLimits> = {}): Db {
  const pool = createPool({ socket: { ...inject("server"), database: app().database }, size });
  pools.push(pool);
  return createDb({ pool, limits: { waitMs: 60_000, ...limits } });
}

/** Transactions that keep their connection until the test ends them; `inside` are those that have one. */
function holder(db: Db) {
  const inside: string[] = [];
  const gates: (() => void)[] = [];
  return {
    inside,
    hold(workspace: string, name = workspace) {
      const done = latch();
      return db.read(workspace, async (tx) => {
        await clockOf(tx);
        inside.push(name);
        gates.push(done.pass);
        await done.passed;
        inside.splice(inside.indexOf(name), 1);
      });
    },
    /** Ends the transaction that has held its connection longest. */
    release: () => gates.shift()?.(),
  };
}

async function workspaces(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async () => (await aWorkspace(app())).id));
}

/** Connections that are in a transaction now, as the database sees it. */
async function connectionsHeld(): Promise<number> {
  const { rows } = await app().admin.query(
    "select count(*)::int as n from pg_stat_activity where datname = $1 and state = 'idle in transaction'",
    [app().database],
  );
  return rows[0].n;
}

describe("the connections of the pool", () => {
  it("go to one workspace up to a third, and all others are served meanwhile", async () => {
    const db = dbOf(6);
    const [hostile = "", victim = ""] = await workspaces(2);
    const { hold, inside, release } = holder(db);
    const held = Array.from({ length: 20 }, () => hold(hostile));
    await expect.poll(connectionsHeld).toBe(2);
    expect(await db.read(victim, async () => "served")).toBe("served");
    expect(await db.transaction(victim, async () => "served")).toBe("served");
    expect(inside).toHaveLength(2);
    for (let ended = 0; ended < 20; ended++) {
      await expect.poll(() => inside.length).toBeGreaterThan(0);
      release();
    }
    await Promise.all(held);
  });

  it("are reserved for look-ups outside workspaces while all workspaces are busy", async () => {
    const db = dbOf(6);
    const ids = await workspaces(6);
    const { hold, inside, release } = holder(db);
    const held = ids.map((id) => hold(id));
    await expect.poll(() => inside.length).toBe(4);
    expect(await db.outside(async () => "found")).toBe("found");
    expect(inside).toHaveLength(4);
    for (let ended = 0; ended < 6; ended++) {
      await expect.poll(() => inside.length).toBeGreaterThan(0);
      release();
    }
    await Promise.all(held);
  });

  it("go to the waiting workspaces in turn", async () => {
    const db = dbOf(2);
    const [first = "", many = "", one = "", other = ""] = await workspaces(4);
    const order: string[] = [];
    const { hold, inside, release } = holder(db);
    const held = hold(first);
    await expect.poll(() => inside.length).toBe(1);
    const turn = (workspace: string, name: string) => db.read(workspace, async () => void order.push(name));
    const waiting = [
      turn(many, "many 1"),
      turn(many, "many 2"),
      turn(many, "many 3"),
      turn(one, "one"),
      turn(other, "other"),
    ];
    release();
    await Promise.all([held, ...waiting]);
    expect(order).toEqual(["many 1", "one", "other", "many 2", "many 3"]);
  });

  it("have a bounded queue per workspace: further calls get 429, and the others keep waiting", async () => {
    const db = dbOf(2, { waitingMax: 3 });
    const [hostile = "", victim = ""] = await workspaces(2);
    const { hold, inside, release } = holder(db);
    const held = hold(hostile);
    await expect.poll(() => inside.length).toBe(1);
    const waiting = [1, 2, 3].map(() => db.read(hostile, async () => "late"));
    const refused = await problemOf(db.read(hostile, async () => "never"));
    expect(refused).toMatchObject({ code: "overloaded", status: 429, details: { retry_after_seconds: 1 } });
    const patient = db.read(victim, async () => "served");
    release();
    expect(await Promise.all([patient, ...waiting])).toEqual(["served", "late", "late", "late"]);
    await held;
  });

  it("are waited for only for a limited time: 429 while the database answers other calls", async () => {
    const db = dbOf(6, { waitMs: 300 });
    const [busy = "", other = ""] = await workspaces(2);
    const { hold, inside, release } = holder(db);
    const held = [hold(busy), hold(busy)];
    await expect.poll(() => inside.length).toBe(2);
    const late = problemOf(db.read(busy, async () => "never"));
    await db.read(other, async () => "served");
    expect(await late).toMatchObject({ code: "overloaded", status: 429 });
    release();
    release();
    await Promise.all(held);
    expect(await db.read(busy, async () => "served")).toBe("served");
  });
});

describe("the pace of reads", () => {
  it("knows a workspace as active by its hot commands alone", async () => {
    // A read that has to wait is refused.
    const db = dbOf(6, { waitingMax: 0 });
    const [heavy = "", other = ""] = await workspaces(2);
    const { hold, inside, release } = holder(db);
    const held = [hold(heavy), hold(heavy)];
    await expect.poll(() => inside.length).toBe(2);
    // Two reads at once owe more than a workspace earns meanwhile and may use at once.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await db.batch(other, [{ name: "test.batch", text: "select $1::uuid as id", values: [other] }]);
    release();
    release();
    await Promise.all(held);
    expect(await problemOf(db.read(heavy, async () => "never"))).toMatchObject({ code: "overloaded", status: 429 });
  });
});

describe("turns", () => {
  it("keep their limits at every size of the pool, and every wait ends", async () => {
    for (let size = 1; size <= 10; size++) {
      const turns = createTurns({ size, waitingMax: 100, waitMs: 60_000, refusal: databaseBusy });
      const running = new Map<string | null, number>();
      let [total, most, done] = [0, 0, 0];
      const run = async (workspace: string | null) => {
        const giveBack = await turns.take(workspace);
        running.set(workspace, (running.get(workspace) ?? 0) + 1);
        most = Math.max(most, ++total);
        expect(running.get(workspace)).toBeLessThanOrEqual(Math.ceil(size / 3));
        await new Promise((resolve) => setImmediate(resolve));
        running.set(workspace, (running.get(workspace) ?? 0) - 1);
        total--;
        done++;
        giveBack();
      };
      const calls = Array.from({ length: 400 }, (_, n) => run(n % 5 === 0 ? null : `w${n % 7}`));
      await Promise.all(calls);
      expect([most, done]).toEqual([size, 400]);
    }
  });
});
