import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestAllowances } from "../kernel/allowance.ts";
import { Problem } from "../kernel/problem.ts";
import { createRequestAllowances } from "./request-allowances.ts";
import type { Draw, Drawn } from "./store.ts";
import { drawFrom, type StoredBucket } from "./test-allowance-model.ts";

/** Some servers on one database, and a clock that they share. */
function aWorld(limit: number, servers: number) {
  const buckets = new Map<string, StoredBucket>();
  const world = { nowMs: 1_000_000, draws: 0, fail: false };
  async function draw(asked: Draw): Promise<Drawn> {
    world.draws++;
    if (world.fail) throw new Problem("unavailable", "The database is away.");
    const { stored, drawn } = drawFrom(buckets.get(asked.bucket), asked, world.nowMs);
    buckets.set(asked.bucket, stored);
    return drawn;
  }
  const limits = { writesPerMinute: limit, readsPerMinute: limit };
  const made = Array.from({ length: servers }, () => createRequestAllowances({ draw, limits, now: () => world.nowMs }));
  return Object.assign(world, { server: (index: number) => made[index % servers] as RequestAllowances });
}

/** What each of so many requests at once is told: undefined when it may go on. */
async function ask(
  allowances: RequestAllowances,
  count = 1,
  { name = "key:1", weight = 1 } = {},
): Promise<(Problem | undefined)[]> {
  const told = await Promise.allSettled(
    Array.from({ length: count }, async () => allowances.take(allowances.find("credential", name, "write"), weight)),
  );
  return told.map((one) => (one.status === "fulfilled" ? undefined : (one.reason as Problem)));
}

const granted = (told: readonly unknown[]) => told.filter((one) => one === undefined).length;

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

describe("over any history of any servers", () => {
  test("no window sees more than the limit and what is refilled in it", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, fc.integer({ min: 1, max: 4 }), HISTORY, async (limit, servers, history) => {
        const world = aWorld(limit, servers);
        // Drains as the bucket refills: above the limit exactly when some window held too many. In 1/60,000.
        let level = 0;
        for (const { server, count, pauseMs, weight } of history) {
          level = Math.max(0, level - limit * pauseMs);
          world.nowMs += pauseMs;
          const passed = granted(await ask(world.server(server), count, { weight }));
          level += passed * Math.min(weight, limit) * 60_000;
          expect(level).toBeLessThanOrEqual(limit * 60_000);
        }
      }),
    );
  });

  test("a minute later the bucket is full, on one server or on all", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, HISTORY, fc.nat(3), async (limit, history, last) => {
        const world = aWorld(limit, 4);
        for (const { server, count, pauseMs, weight } of history) {
          world.nowMs += pauseMs;
          await ask(world.server(server), count, { weight });
        }
        world.nowMs += 60_000;
        expect(granted(await ask(world.server(last), limit + 1))).toBe(limit);
      }),
    );
  });

  test("who asks as often as the limit allows is never refused, whichever server it meets", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, fc.array(fc.nat(3), { maxLength: 300 }), async (limit, servers) => {
        const world = aWorld(limit, 4);
        for (const server of servers) {
          expect(await ask(world.server(server))).toEqual([undefined]);
          world.nowMs += Math.ceil(60_000 / limit);
        }
      }),
    );
  });

  test("who was refused and waits as long as it was told is let through", async () => {
    await fc.assert(
      fc.asyncProperty(LIMIT, HISTORY, async (limit, history) => {
        const world = aWorld(limit, 4);
        for (const { server, count, pauseMs, weight } of history) {
          world.nowMs += pauseMs;
          const refused = (await ask(world.server(server), count, { weight })).find((one) => one !== undefined);
          if (!refused) continue;
          world.nowMs += (refused.details.retry_after_seconds ?? 0) * 1_000;
          expect(await ask(world.server(server), 1, { weight })).toEqual([undefined]);
        }
      }),
    );
  });
});

describe("a server", () => {
  test("spends a lot without a draw, and drops it when its time is over", async () => {
    const world = aWorld(300, 1);
    for (let index = 0; index < 30; index++) expect(await ask(world.server(0))).toEqual([undefined]);
    expect(world.draws).toBe(1);
    await ask(world.server(0));
    expect(world.draws).toBe(2);
    world.nowMs += 10_000;
    await ask(world.server(0));
    expect(world.draws).toBe(3);
  });

  test("has one draw under way for a bucket; whoever comes meanwhile waits for it, in order", async () => {
    const world = aWorld(10, 1);
    const told = await ask(world.server(0), 25);
    expect(told.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(told.slice(10).map((one) => one?.code)).toContain("rate_limited");
    expect(granted(told)).toBe(10);
    // One for the first, one for all who had come by then.
    expect(world.draws).toBe(2);
  });

  test("remembers a refusal until the next token is due: a flood costs the database nothing", async () => {
    const world = aWorld(60, 1);
    await ask(world.server(0), 61);
    const { draws } = world;
    for (let index = 0; index < 1_000; index++) expect(granted(await ask(world.server(0), 3))).toBe(0);
    expect(world.draws).toBe(draws);
    world.nowMs += 1_000;
    expect(granted(await ask(world.server(0), 3))).toBe(1);
  });

  test("counts a heavy request as many, lets light ones pass where it does not fit, and remembers that", async () => {
    const world = aWorld(300, 1);
    const server = world.server(0);
    // As many bodies of 1 MiB as fit at once.
    expect(granted(await ask(server, 9, { weight: 64 }))).toBe(4);
    const { draws } = world;
    expect(granted(await ask(server, 50, { weight: 64 }))).toBe(0);
    expect(world.draws).toBe(draws);
    expect(granted(await ask(server, 50))).toBe(44);
    const [refused] = await ask(server, 1, { weight: 64 });
    expect(refused?.message).toContain("counts as 64");
    expect(refused?.details.retry_after_seconds).toBe(13);
  });

  test("keeps what it holds while a heavy request needs more than that", async () => {
    const world = aWorld(300, 1);
    const server = world.server(0);
    await ask(server);
    // 29 of the first lot are left; the heavy request takes none of them, and none is lost.
    expect(granted(await ask(server, 1, { weight: 64 }))).toBe(1);
    expect(granted(await ask(server, 300))).toBe(235);
  });

  test("keeps credentials apart, and reads and writes", async () => {
    const server = aWorld(5, 1).server(0);
    expect(granted(await ask(server, 9, { name: "key:1" }))).toBe(5);
    expect(granted(await ask(server, 9, { name: "key:2" }))).toBe(5);
    expect(server.take(server.find("credential", "key:1", "read"))).toBeInstanceOf(Promise);
    expect(server.find("network", "10.0.0.1", "read").limit).toBe(50);
  });

  test("tells what is left", async () => {
    const server = aWorld(300, 1).server(0);
    const allowance = server.find("credential", "key:1", "write");
    for (let index = 1; index <= 56; index++) {
      await ask(server);
      expect(allowance).toMatchObject({ limit: 300, remaining: 300 - index });
    }
    await ask(server, 300);
    expect(allowance.remaining).toBe(0);
  });

  test("whose database is away says so, and goes on when it is back", async () => {
    const world = aWorld(10, 1);
    world.fail = true;
    expect((await ask(world.server(0), 4)).map((one) => one?.code)).toEqual(
      Array.from({ length: 4 }, () => "unavailable"),
    );
    world.fail = false;
    expect(granted(await ask(world.server(0), 11))).toBe(10);
  });

  test("forgets whom it has not heard of for longest, and never what is spent", async () => {
    const world = aWorld(5, 1);
    const server = world.server(0);
    await ask(server, 5);
    const before = server.find("credential", "key:1", "write");
    for (let index = 0; index < 20_000; index++) server.find("credential", `other:${index}`, "write");
    expect(server.find("credential", "key:1", "write")).not.toBe(before);
    expect(granted(await ask(server))).toBe(0);
  });
});
