import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestAllowances } from "../kernel/allowance.ts";
import { Problem } from "../kernel/problem.ts";
import { createRequestAllowances } from "./request-allowances.ts";
import type { Draw, Drawn } from "./store.ts";
import { drawFrom, type StoredBucket } from "./test-allowance-model.ts";

/** Several servers with one database and one clock. */
function aWorld(limit: number, servers: number) {
  const buckets = new Map<string, StoredBucket>();
  const world = { nowMs: 1_000_000, draws: 0, fail: false, work: 2 * limit };
  async function draw(request: Draw): Promise<Drawn> {
    world.draws++;
    if (world.fail) throw new Problem("unavailable", "The database is away.");
    const { stored, drawn } = drawFrom(buckets.get(request.bucket), request, world.nowMs);
    buckets.set(request.bucket, stored);
    return drawn;
  }
  const limits = { writesPerMinute: limit, readsPerMinute: limit, workPerMinute: limit };
  const options = { draw, limits, workOf: async () => world.work, nowMs: () => world.nowMs };
  const made = Array.from({ length: servers }, () => createRequestAllowances(options));
  return Object.assign(world, { server: (index: number) => made[index % servers] as RequestAllowances });
}

/**
 * Takes for `count` concurrent requests. Returns one problem for each refused request, and undefined for each that
 * passes.
 */
async function takeAll(
  allowances: RequestAllowances,
  count = 1,
  { name = "key:1", weight = 1 } = {},
): Promise<(Problem | undefined)[]> {
  const results = await Promise.allSettled(
    Array.from({ length: count }, async () => allowances.take(allowances.find("credential", name, "write"), weight)),
  );
  return results.map((one) => (one.status === "fulfilled" ? undefined : (one.reason as Problem)));
}

const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
const granted = (refusals: readonly unknown[]) => refusals.filter((one) => one === undefined).length;

const HISTORY = fc.array(
  fc.record({
    server: fc.nat(3),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 400 })),
    // A body of 1 MiB weighs 64.
    weight: fc.oneof(fc.constant(1), fc.constant(1), fc.integer({ min: 2, max: 64 })),
    pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 70_000 })),
  }),
  { maxLength: 120 },
);
const LIMIT = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 2_000 }));

describe("in any history of several servers", () => {
  test("no window of time has more requests than the limit and its refill", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, fc.integer({ min: 1, max: 4 }), HISTORY, async (limit, servers, history) => {
        const world = aWorld(limit, servers);
        // Falls as the bucket refills. Above the limit exactly when some window had too many. In 1/60,000 of a token.
        let level = 0;
        for (const { server, count, pauseMs, weight } of history) {
          level = Math.max(0, level - limit * pauseMs);
          world.nowMs += pauseMs;
          const passed = granted(await takeAll(world.server(server), count, { weight }));
          level += passed * Math.min(weight, limit) * 60_000;
          expect(level).toBeLessThanOrEqual(limit * 60_000);
        }
      }),
    );
  });

  test("the bucket is full a minute later, on one server and on all", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, HISTORY, fc.nat(3), async (limit, history, last) => {
        const world = aWorld(limit, 4);
        for (const { server, count, pauseMs, weight } of history) {
          world.nowMs += pauseMs;
          await takeAll(world.server(server), count, { weight });
        }
        world.nowMs += 60_000;
        expect(granted(await takeAll(world.server(last), limit + 1))).toBe(limit);
      }),
    );
  });

  test("a caller that keeps to the limit is never refused, on any server", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, fc.array(fc.nat(3), { maxLength: 300 }), async (limit, servers) => {
        const world = aWorld(limit, 4);
        for (const server of servers) {
          expect(await takeAll(world.server(server))).toEqual([undefined]);
          world.nowMs += Math.ceil(60_000 / limit);
        }
      }),
    );
  });

  test("a refused caller passes after the time in the refusal", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, HISTORY, async (limit, history) => {
        const world = aWorld(limit, 4);
        for (const { server, count, pauseMs, weight } of history) {
          world.nowMs += pauseMs;
          const refused = (await takeAll(world.server(server), count, { weight })).find((one) => one !== undefined);
          if (!refused) continue;
          world.nowMs += (refused.details.retry_after_seconds ?? 0) * 1_000;
          expect(await takeAll(world.server(server), 1, { weight })).toEqual([undefined]);
        }
      }),
    );
  });
});

describe("a server", () => {
  test("spends its tokens without a draw, and drops them when they expire", async () => {
    const world = aWorld(300, 1);
    for (let index = 0; index < 30; index++) expect(await takeAll(world.server(0))).toEqual([undefined]);
    expect(world.draws).toBe(1);
    await takeAll(world.server(0));
    expect(world.draws).toBe(2);
    world.nowMs += 10_000;
    await takeAll(world.server(0));
    expect(world.draws).toBe(3);
  });

  test("runs one draw at a time for a bucket; requests that come during the draw wait in order", async () => {
    const world = aWorld(10, 1);
    const refusals = await takeAll(world.server(0), 25);
    expect(refusals.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(refusals.slice(10).map((one) => one?.code)).toContain("rate_limited");
    expect(granted(refusals)).toBe(10);
    // One draw for the first request, one for all that came during that draw.
    expect(world.draws).toBe(2);
  });

  test("remembers a refusal until the next token, so that a flood costs the database nothing", async () => {
    const world = aWorld(60, 1);
    await takeAll(world.server(0), 61);
    const { draws } = world;
    for (let index = 0; index < 1_000; index++) expect(granted(await takeAll(world.server(0), 3))).toBe(0);
    expect(world.draws).toBe(draws);
    world.nowMs += 1_000;
    expect(granted(await takeAll(world.server(0), 3))).toBe(1);
  });

  test("counts a heavy request several times, and lets lighter ones pass after it was refused", async () => {
    const world = aWorld(300, 1);
    const server = world.server(0);
    // Exactly as many bodies of 1 MiB as fit.
    expect(granted(await takeAll(server, 9, { weight: 64 }))).toBe(4);
    const { draws } = world;
    expect(granted(await takeAll(server, 50, { weight: 64 }))).toBe(0);
    expect(world.draws).toBe(draws);
    expect(granted(await takeAll(server, 50))).toBe(44);
    const [refused] = await takeAll(server, 1, { weight: 64 });
    expect(refused?.message).toContain("counts as 64");
    expect(refused?.details.retry_after_seconds).toBe(13);
  });

  test("keeps its tokens when a heavy request needs more than it holds", async () => {
    const world = aWorld(300, 1);
    const server = world.server(0);
    await takeAll(server);
    // 29 tokens of the first lot are left. The heavy request takes none of them, and none is lost.
    expect(granted(await takeAll(server, 1, { weight: 64 }))).toBe(1);
    expect(granted(await takeAll(server, 300))).toBe(235);
  });

  test("counts each credential, and reads and writes, separately", async () => {
    const server = aWorld(5, 1).server(0);
    expect(granted(await takeAll(server, 9, { name: "key:1" }))).toBe(5);
    expect(granted(await takeAll(server, 9, { name: "key:2" }))).toBe(5);
    expect(server.take(server.find("credential", "key:1", "read"))).toBeInstanceOf(Promise);
    expect(server.find("network", "10.0.0.1", "read").limit).toBe(50);
  });

  test("counts the work of a workspace up to a limit that each draw reads", async () => {
    const world = aWorld(5, 1);
    const server = world.server(0);
    const takeWork = (count: number) =>
      Promise.allSettled(times(count, () => server.take(server.find("workspace", "w", "work"))));
    const passed = (all: readonly { status: string }[]) => all.filter(({ status }) => status === "fulfilled").length;
    expect(passed(await takeWork(13))).toBe(10);
    world.work = 20;
    world.nowMs += 60_000;
    expect(passed(await takeWork(30))).toBe(20);
  });

  test("says how many requests remain", async () => {
    const server = aWorld(300, 1).server(0);
    const allowance = server.find("credential", "key:1", "write");
    for (let index = 1; index <= 56; index++) {
      await takeAll(server);
      expect(allowance).toMatchObject({ limit: 300, remaining: 300 - index });
    }
    await takeAll(server, 300);
    expect(allowance.remaining).toBe(0);
  });

  test("refuses with unavailable while the database is away, and continues when it is back", async () => {
    const world = aWorld(10, 1);
    world.fail = true;
    expect((await takeAll(world.server(0), 4)).map((one) => one?.code)).toEqual(
      Array.from({ length: 4 }, () => "unavailable"),
    );
    world.fail = false;
    expect(granted(await takeAll(world.server(0), 11))).toBe(10);
  });

  test("removes the least recently drawn bucket, and never loses spent tokens", async () => {
    const world = aWorld(5, 1);
    const server = world.server(0);
    await takeAll(server, 5);
    const before = server.find("credential", "key:1", "write");
    for (let index = 0; index < 20_000; index++) server.find("credential", `other:${index}`, "write");
    expect(server.find("credential", "key:1", "write")).not.toBe(before);
    expect(granted(await takeAll(server))).toBe(0);
  });
});
