import { describe, expect, it } from "vitest";
import { amountsOf, type CostPart, chartOf } from "./cost-columns.ts";
import { daysOf, everyDay, readCostsSearch } from "./cost-range.ts";

const part = (date: string, key: string | null, cost_usd: number, unpriced_calls = 0): CostPart => ({
  date,
  key,
  name: key && `${key}!`,
  cost_usd,
  list_cost_usd: cost_usd * 2,
  tokens_in: 1,
  tokens_out: 1,
  calls: 1,
  unpriced_calls,
});

const HISTORY = { from: "2025-12-01", days: 90, is_limited: false };

describe("the chart of costs", () => {
  it("has a column for each day, its parts from the dearest to the others, and exact sums", () => {
    const items = [
      part("2026-01-01", "small", 1),
      part("2026-01-01", null, 9),
      part("2026-01-03", "large", 4, 2),
      part("2026-01-03", "small", 2),
    ];
    const { series, columns } = chartOf({ items, from: "2026-01-01", to: "2026-01-03", history: HISTORY }, "cost_usd");
    expect(series.map(({ name, place, sum }) => [name, place, sum.cost_usd])).toEqual([
      ["large!", 0, 4],
      ["small!", 1, 3],
      ["Others", undefined, 9],
    ]);
    expect(columns.map(({ date, sum, parts }) => [date, sum.cost_usd, sum.unpriced_calls, parts.length])).toEqual([
      ["2026-01-01", 10, 0, 2],
      ["2026-01-02", 0, 0, 0],
      ["2026-01-03", 6, 2, 2],
    ]);
  });

  it("has round amounts at its side", () => {
    expect(amountsOf(0)).toEqual([0, 1]);
    expect(amountsOf(37)).toEqual([0, 10, 20, 30, 40]);
    expect(amountsOf(0.04)).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
    expect(amountsOf(4.1).at(-1)).toBeGreaterThanOrEqual(4.1);
  });
});

describe("the days", () => {
  const now = Date.parse("2026-03-02T23:30:00.000Z");

  it("are those of the range or of the address, in UTC and in their order", () => {
    expect(daysOf({}, now)).toEqual({});
    expect(daysOf({ range: "today" }, now)).toEqual({ from: "2026-03-02", to: "2026-03-02" });
    expect(daysOf({ range: "7d" }, now)).toEqual({ from: "2026-02-24" });
    expect(daysOf({ from: "2026-03-02", to: "2026-03-01" }, now)).toEqual({ from: "2026-03-01", to: "2026-03-02" });
    expect(everyDay("2026-02-27", "2026-03-01")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
  });

  it("of an address that no calendar has are ignored", () => {
    expect(readCostsSearch({ from: "2026-13-41", to: "soon", by: "day", range: "99d" })).toEqual({ by: "day" });
  });
});
