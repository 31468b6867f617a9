import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HealthDay, healthOf, scoreOf } from "./health-rules.ts";

const GOOD: HealthDay = {
  runs: 10,
  runs_successful: 10,
  p95_ms: 2_000,
  p95_before_ms: [12_000, 10_000, 14_000],
  burst: { errors: 0, isNow: true },
  cost_usd: 1,
  unpriced_calls: 0,
  costs_before_usd: [1, 1, 1],
};
const partsOf = (day: Partial<HealthDay>) => healthOf({ ...GOOD, ...day }, true).parts;

const usd = fc.double({ min: 0, max: 1e6, noNaN: true });
const aDay: fc.Arbitrary<HealthDay> = fc
  .record({
    runs: fc.nat(1_000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    p95_ms: fc.option(fc.integer({ min: 1, max: 60_000 })),
    p95_before_ms: fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 7 }),
    burst: fc.option(fc.record({ errors: fc.nat(20), isNow: fc.boolean() }), { nil: undefined }),
    cost_usd: usd,
    unpriced_calls: fc.nat(3),
    costs_before_usd: fc.array(usd, { maxLength: 7 }),
  })
  .map(({ share, ...day }) => ({ ...day, runs_successful: Math.floor(day.runs * share) }));

describe("the score of any day", () => {
  it("is from 0 to 100, each part from 0 to its most, and each part has a reason in one sentence", () => {
    fc.assert(
      fc.property(aDay, fc.boolean(), (day, hasAnomaly) => {
        const { score, parts } = healthOf(day, hasAnomaly);
        expect(score ?? 0).toBeGreaterThanOrEqual(0);
        expect(score ?? 0).toBeLessThanOrEqual(100);
        for (const part of Object.values(parts)) {
          expect(part.score ?? 0).toBeGreaterThanOrEqual(0);
          expect(part.score ?? 0).toBeLessThanOrEqual(part.max);
          expect(part.reason).toMatch(/^[A-Z0-9$].*\.$/);
        }
        expect(Object.keys(parts)).toHaveLength(hasAnomaly ? 4 : 3);
      }),
    );
  });

  it("is the sum of the known parts, scaled to 100, and null without one", () => {
    fc.assert(
      fc.property(aDay, fc.boolean(), (day, hasAnomaly) => {
        const { score, parts } = healthOf(day, hasAnomaly);
        const known = Object.values(parts).filter((part) => part.score !== null);
        if (known.length === 0) {
          expect(score).toBeNull();
          return;
        }
        const sum = (name: "score" | "max") => known.reduce((total, part) => total + (part[name] ?? 0), 0);
        expect(score).toBeCloseTo((100 * sum("score")) / sum("max"), 1);
      }),
    );
  });

  it("does not depend on a part that the tier hides", () => {
    fc.assert(
      fc.property(aDay, usd, (day, cost_usd) => {
        expect(healthOf({ ...day, cost_usd }, false)).toEqual(healthOf(day, false));
        const { cost_anomaly: _, ...shown } = healthOf(day, true).parts;
        expect(healthOf(day, false).parts).toEqual(shown);
      }),
    );
  });

  it("does not rise with a failed run, a slower call, an error or a higher cost", () => {
    const worse: ((day: HealthDay) => HealthDay)[] = [
      (day) => ({ ...day, runs: day.runs + 1 }),
      (day) => ({ ...day, p95_ms: day.p95_ms === null ? null : day.p95_ms + 1_000 }),
      (day) => ({ ...day, burst: day.burst && { ...day.burst, errors: day.burst.errors + 1 } }),
      (day) => ({ ...day, cost_usd: day.cost_usd * 2 + 1 }),
    ];
    // A first value makes an unknown part known, so each part that changes is known before.
    const known = aDay.filter(
      ({ runs, unpriced_calls, p95_before_ms, costs_before_usd: before }) =>
        runs > 0 && unpriced_calls === 0 && p95_before_ms.length > 0 && before.some((one) => one > 0),
    );
    fc.assert(
      fc.property(known, fc.constantFrom(...worse), (day, change) => {
        expect(healthOf(change(day), true).score).toBeLessThanOrEqual(healthOf(day, true).score ?? 0);
      }),
    );
  });
});

describe("a part", () => {
  it("of the runs is the share that succeeded", () => {
    expect(partsOf({ runs: 12, runs_successful: 11 }).success_rate).toEqual({
      score: 36.67,
      max: 40,
      reason: "11 of 12 runs succeeded.",
    });
    expect(partsOf({ runs: 0, runs_successful: 0 }).success_rate).toMatchObject({ score: null });
  });

  it.each([
    [null, null, "No call of a model has a latency."],
    [1_500, 25, "95 % of model calls took up to 1.5 s, which is fast."],
    [18_000, 25, "95 % of model calls took up to 18.0 s, usually 12.0 s in the 7 days before."],
    [33_000, 12.5, "95 % of model calls took up to 33.0 s, 2.8 times the 12.0 s of the 7 days before."],
    [60_000, 0, "95 % of model calls took up to 60.0 s, 5.0 times the 12.0 s of the 7 days before."],
  ])("of a 95th percentile of %s ms is %s of 25 where 12 s are usual", (p95_ms, score, reason) => {
    expect(partsOf({ p95_ms }).latency).toEqual({ score, max: 25, reason });
  });

  it("of slow calls is unknown without a day to compare with", () => {
    expect(partsOf({ p95_ms: 41_000, p95_before_ms: [] }).latency).toMatchObject({ score: null });
    expect(partsOf({ p95_ms: 2_000, p95_before_ms: [] }).latency).toMatchObject({ score: 25 });
  });

  it.each([
    [0, 20, "No error in the last 30 minutes."],
    [1, 16, "1 error in the last 30 minutes."],
    [5, 0, "5 errors in the last 30 minutes."],
    [900, 0, "900 errors in the last 30 minutes."],
  ])("of %s errors is %s of 20", (errors, score, reason) => {
    expect(partsOf({ burst: { errors, isNow: true } }).error_burst).toEqual({ score, max: 20, reason });
  });

  it.each([
    ["the same as before", 1, [1, 1, 1], 15],
    ["within a tenth of the average, twice", 1.2, [1, 1, 1], 15],
    ["the limit and a half", 1.8, [1, 1, 1], 7.5],
    ["far above", 50, [1, 1, 1], 0],
    ["within two spreads", 4, [1, 3], 15],
  ])("of a cost that is %s is %s", (_, cost_usd, costs_before_usd, score) => {
    expect(partsOf({ cost_usd, costs_before_usd }).cost_anomaly?.score).toBe(score);
  });

  it("of the cost is unknown without costs to compare with, and with calls without a price", () => {
    for (const costs_before_usd of [[], [0, 0]])
      expect(partsOf({ costs_before_usd }).cost_anomaly).toMatchObject({ score: null });
    expect(partsOf({ unpriced_calls: 2 }).cost_anomaly).toEqual({
      score: null,
      max: 15,
      reason: "The cost of 2 calls is unknown.",
    });
    expect(partsOf({ unpriced_calls: 2, cost_usd: 50 }).cost_anomaly).toMatchObject({ score: 0 });
  });

  it("that is unknown is no part of the score", () => {
    expect(
      scoreOf([
        { score: 20, max: 40, reason: "" },
        { score: null, max: 25, reason: "" },
      ]),
    ).toBe(50);
    expect(scoreOf([{ score: null, max: 25, reason: "" }])).toBeNull();
  });
});
