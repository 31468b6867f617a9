import { describe, expect, it } from "vitest";
import { axisFrom, placeOf, ticksOf } from "./lane-places.ts";

const at = (hour: number, minute = 0, day = 1) => new Date(2026, 0, day, hour, minute).getTime();
const NIGHT = { fromMs: at(18), toMs: at(6, 0, 2) };

describe("the axis of lanes", () => {
  it("places a bar by its share of the span, and cuts what lies outside", () => {
    expect(placeOf({ fromMs: at(21), toMs: at(0, 0, 2) }, NIGHT)).toEqual({ left: 0.25, width: 0.25 });
    expect(placeOf({ fromMs: at(12), toMs: at(9, 0, 2) }, NIGHT)).toEqual({ left: 0, width: 1 });
    expect(placeOf({ fromMs: at(8, 0, 2), toMs: at(9, 0, 2) }, NIGHT)).toEqual({ left: 1, width: 0 });
  });

  it("begins at the first work when all work is late in the span, and shows five minutes at least", () => {
    expect(axisFrom([at(19), at(5, 0, 2)], NIGHT)).toBe(NIGHT.fromMs);
    expect(axisFrom([at(5, 0, 2)], NIGHT)).toBe(at(4, 58, 2) + 12_000);
    expect(axisFrom([at(5, 59, 2)], NIGHT)).toBe(at(5, 55, 2) - 9_000);
    expect(axisFrom([], NIGHT)).toBe(at(5, 55, 2) - 9_000);
  });

  it("has ticks at round hours, and names the day at midnight", () => {
    const ticks = ticksOf({ fromMs: at(18, 20), toMs: at(6, 20, 2) }, 6);
    expect(ticks.map(({ atMs }) => new Date(atMs).getHours())).toEqual([20, 22, 0, 2, 4, 6]);
    expect(ticks.filter(({ isDay }) => isDay).map(({ atMs }) => atMs)).toEqual([at(0, 0, 2)]);
  });

  it("never has more ticks than fit", () => {
    for (const days of [1, 3, 7]) {
      expect(ticksOf({ fromMs: at(0), toMs: at(0, 0, 1 + days) }, 8).length).toBeLessThanOrEqual(9);
    }
  });
});
