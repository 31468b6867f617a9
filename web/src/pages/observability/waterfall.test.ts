import { describe, expect, it } from "vitest";
import { type RunNode, shownRows, ticksOf, waterfallOf } from "./waterfall.ts";

const BEGAN = Date.parse("2026-01-01T00:00:00.000Z");

function node(id: string, depth: number, atMs: number, latency_ms: number | null = null): RunNode {
  const event = { id, occurred_at: new Date(BEGAN + atMs).toISOString(), latency_ms };
  // The waterfall reads these fields alone.
  return { event, depth, parent_event_id: null, own_cost_usd: 0, inclusive_cost_usd: 0 } as RunNode;
}

const NODES = [node("root", 0, 0), node("call", 1, 900, 900), node("tool", 2, 1_500, 400), node("end", 0, 2_000)];
const RUN = { started_at: new Date(BEGAN + 100).toISOString(), endMs: BEGAN + 1_800 };

describe("the waterfall of a run", () => {
  it("places each event before its time of arrival, and a parent around those below it", () => {
    const { beginMs, lengthMs, rows } = waterfallOf(NODES, RUN);
    expect([beginMs, lengthMs]).toEqual([BEGAN, 2_000]);
    expect(
      rows.map(({ fromMs, toMs, allFromMs, allToMs, hasBelow }) => [fromMs, toMs, allFromMs, allToMs, hasBelow]),
    ).toEqual([
      [0, 0, 0, 1_500, true],
      [0, 900, 0, 1_500, true],
      [1_100, 1_500, 1_100, 1_500, false],
      [2_000, 2_000, 2_000, 2_000, false],
    ]);
  });

  it("has a length also for a run of one moment, or without events", () => {
    expect(waterfallOf([], { started_at: RUN.started_at, endMs: BEGAN }).lengthMs).toBe(1);
  });

  it("hides what stands below a closed row", () => {
    const { rows } = waterfallOf(NODES, RUN);
    const ids = (...closed: string[]) => shownRows(rows, new Set(closed)).map((row) => row.node.event.id);
    expect(ids()).toEqual(["root", "call", "tool", "end"]);
    expect(ids("call")).toEqual(["root", "call", "end"]);
    expect(ids("root", "call")).toEqual(["root", "end"]);
  });

  it("has round times on its axis", () => {
    expect(ticksOf(2_000, 5)).toEqual([0, 500, 1_000, 1_500, 2_000]);
    expect(ticksOf(95_000, 5)).toEqual([0, 20_000, 40_000, 60_000, 80_000]);
    expect(ticksOf(1, 6)).toEqual([0, 1]);
  });
});
