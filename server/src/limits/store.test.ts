/** Compares the SQL function with the model that the property tests use. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSecondApp, useApp } from "../../test/harness/harness.ts";
import { runJobs } from "../../test/harness/team.ts";
import { networkOf } from "../kernel/network.ts";
import { limitJobs } from "./jobs.ts";
import { type Draw, drawRequests } from "./store.ts";
import { drawFrom, type StoredBucket } from "./test-allowance-model.ts";

const app = useApp();
let buckets = 0;
const aBucket = () => `test ${++buckets}`;
const ones = (count: number) => Array.from({ length: count }, () => 1);
const plain = (bucket: string, more: Partial<Draw> = {}): Draw => ({
  bucket,
  limit: 300,
  weights: [1],
  spent: 0,
  slice: 0,
  ...more,
});
const draw = (draw: Draw, on = app()) => on.db.outside((tx) => drawRequests(tx, draw));

async function stored(bucket: string): Promise<StoredBucket> {
  const { rows } = await app().admin.query(
    "select tokens, lent, refilled_at from request_allowances where bucket = $1",
    [bucket],
  );
  const [{ tokens, lent, refilled_at }] = rows;
  return { tokens: Number(tokens), lent: Number(lent), refilledAtMs: Date.parse(refilled_at) };
}

describe("draw_requests", () => {
  test("returns what the model returns, after any earlier draws", async () => {
    const step = fc.record({
      pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 90_000 })),
      limit: fc.constantFrom(1, 7, 300, 10_000_000),
      weights: fc.oneof(
        fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 400 })).map(ones),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
      ),
      reports: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const bucket = aBucket();
        let before: StoredBucket | undefined;
        let lent = { spent: 0, slice: 0 };
        for (const { pauseMs, limit, weights, reports } of steps) {
          app().clock.offsetMs += pauseMs;
          const request = plain(bucket, { limit, weights, ...(reports && lent) });
          const drawn = await draw(request);
          const after = await stored(bucket);
          expect({ drawn, stored: after }).toEqual(drawFrom(before, request, after.refilledAtMs));
          lent = { spent: Math.max(0, drawn.granted - weights.reduce((sum, one) => sum + one, 0)), slice: drawn.slice };
          before = after;
        }
      }),
      { numRuns: 30 },
    );
  });

  test("grants the first requests that fit exactly their tokens, and leaves the rest in the bucket", async () => {
    const bucket = aBucket();
    expect(await draw(plain(bucket, { weights: [64, 64, 64, 64, 64, 1] }))).toMatchObject({
      granted: 256,
      remaining: 44,
      // 20 tokens are missing, and 300 a minute are refilled.
      wait_ms: 4_000,
    });
    expect(await draw(plain(bucket, { weights: [44] }))).toMatchObject({ granted: 44, remaining: 0 });
  });

  test("applies a smaller limit at once, and a larger limit as the bucket refills", async () => {
    const bucket = aBucket();
    await draw(plain(bucket, { limit: 1_000, weights: ones(100) }));
    app().clock.offsetMs += 20_000;
    expect(await draw(plain(bucket, { limit: 10 }))).toMatchObject({ granted: 1, remaining: 9 });
    expect(await draw(plain(bucket, { limit: 1_000, weights: ones(500) }))).toMatchObject({ granted: 9, remaining: 0 });
  });

  test("grants tokens after the clock was set back", async () => {
    const bucket = aBucket();
    app().clock.offsetMs += 3_600_000;
    expect(await draw(plain(bucket, { weights: ones(400) }))).toMatchObject({ granted: 300 });
    app().clock.offsetMs -= 3_600_000;
    expect((await draw(plain(bucket))).granted).toBe(0);
    app().clock.offsetMs += 1_000;
    expect((await draw(plain(bucket))).granted).toBeGreaterThan(0);
  });

  test("gives each token once, however many servers draw at once", async () => {
    const second = createSecondApp(app());
    second.clock.offsetMs = app().clock.offsetMs;
    const bucket = aBucket();
    const since = app().clock.offsetMs + Date.now();
    const request = plain(bucket, { limit: 30 });
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, index) => draw(request, index % 2 === 0 ? app() : second)),
    );
    await second.close();
    const granted = all.reduce((sum, one) => sum + one.granted, 0);
    const refilled = (((await stored(bucket)).refilledAtMs - since) * 30) / 60_000;
    expect(granted).toBeGreaterThanOrEqual(30);
    expect(granted).toBeLessThanOrEqual(30 + Math.max(0, refilled) + 1);
  });
});

test("the hourly sweep deletes only buckets that were not used for an hour", async () => {
  const [old, young] = [aBucket(), aBucket()];
  await draw(plain(old));
  app().clock.offsetMs += 3_601_000;
  await draw(plain(young));
  await runJobs(app(), limitJobs());
  const { rows } = await app().admin.query("select bucket from request_allowances where bucket = any($1)", [
    [old, young],
  ]);
  expect(rows).toEqual([{ bucket: young }]);
});

test("an address has the same network in the server and in the database", async () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map((ip) => `::ffff:${ip}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 1, maxLength: 50 }), async (made) => {
      const ips = [...made, "2001:db8:1:2::1", "2001:DB8:1:2:0:ffff::3", "2001:db8:1:3::1", "fe80::1%eth0", "::1"];
      const { rows } = await app().admin.query<{ network: string }>(
        "select caller_network(ip) as network from unnest($1::text[]) with ordinality as a (ip, n) order by n",
        [ips],
      );
      const pairs = new Set(ips.map((ip, index) => `${rows[index]?.network} is ${networkOf(ip)}`));
      // There are as many pairs as networks on each side, so each network has exactly one name on the other side.
      expect(pairs.size).toBe(new Set(rows.map(({ network }) => network)).size);
      expect(pairs.size).toBe(new Set(ips.map(networkOf)).size);
    }),
    { numRuns: 30 },
  );
});
