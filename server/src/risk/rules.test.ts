import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cap, settleCap, today } from "../caps/index.ts";
import type { PastBatch } from "../observability/index.ts";
import { TIERS } from "../tiers/tiers.ts";
import { createReplay } from "./replay.ts";
import { beginsGeneration, firesAt, isQuiet, suggestCap } from "./rules.ts";
import type { PolicyRow } from "./schema.ts";

const MINUTE_MS = 60_000;
const NOON = Date.parse("2026-11-29T12:00:00Z");
const POLICY: PolicyRow = {
  id: "policy",
  agent_id: null,
  policy_type: "error_rate_cap",
  threshold_value: 50,
  measure: "billed",
  mode: "enforce",
  window_minutes: 10,
  action_type: "pause_agent",
  cooldown_minutes: 30,
  is_enabled: true,
  block_unpriced: false,
  revision: 1,
  fired_at: null,
  created_at: "",
  updated_at: "",
};
const CAP: Cap = {
  id: "policy",
  agent_id: null,
  is_binding: true,
  is_shadow: false,
  is_list: false,
  blocks_unpriced: false,
  cap_nanos: "1000000000",
  top_up_nanos: "0",
  top_up_until: null,
  day: "2026-11-29",
  used_nanos: "0",
  late_nanos: "0",
  unpriced_events: 0n,
  warned_percent: 0,
  is_crossed: false,
  warned_at: null,
  reserved_nanos: "0",
};

const usage = (more: Partial<PastBatch["usage"][number]>, at: number) => ({
  agent_id: "agent",
  task_id: null,
  cost_nanos: 0n,
  list_cost_nanos: 0n,
  is_unpriced: false,
  runs: 0,
  runs_failed: 0,
  tokens: 0,
  minute: Math.floor(at / MINUTE_MS),
  ...more,
});
const ended = (isFailed: boolean, at: number): PastBatch => ({
  at: new Date(at),
  usage: [usage({ runs: 1, runs_failed: isFailed ? 1 : 0 }, at)],
});

describe("the edges of the clock", () => {
  const spend = (cap: Cap, at: string) =>
    settleCap(cap, [usage({ cost_nanos: 1_000_000_001n }, Date.parse(at))], 0n, new Date(at));

  it("counts the last millisecond of a day for that day, and midnight for the next, which may fire again", () => {
    const late = spend(CAP, "2026-11-29T23:59:59.999Z");
    expect(late.reached.map(({ kind }) => kind)).toEqual(["warning", "breach"]);
    const next = spend(late.cap, "2026-11-30T00:00:00.000Z");
    expect(next.cap).toMatchObject({ day: "2026-11-30", used_nanos: "1000000001" });
    expect(next.reached.map(({ kind }) => kind)).toEqual(["warning", "breach"]);
  });

  it("never goes back to a day that is over", () => {
    const next = spend(CAP, "2026-11-30T00:00:00.000Z").cap;
    expect(today(next, new Date("2026-11-29T23:59:59.999Z"))).toEqual(next);
    expect(spend(next, "2026-11-29T23:59:59.999Z").reached).toEqual([]);
  });

  it("forgets the minute that leaves the window", () => {
    const fires = (later: number) => {
      const replay = createReplay({ ...POLICY, cooldown_minutes: 0 });
      replay.next(ended(false, NOON));
      return replay.next(ended(true, NOON + later)).length;
    };
    // Half of the runs failed while the first one counts, which is not above 50 percent.
    expect([fires(9 * MINUTE_MS + 59_999), fires(10 * MINUTE_MS)]).toEqual([0, 1]);
  });

  it("fires again in the moment in which the cooldown is over", () => {
    const policy = { ...POLICY, fired_at: new Date(NOON).toISOString() };
    const fires = (ms: number) => firesAt(policy, 51, new Date(NOON + ms));
    expect([fires(30 * MINUTE_MS - 1), fires(30 * MINUTE_MS)]).toEqual([false, true]);
    expect(firesAt(policy, 50, new Date(NOON + 60 * MINUTE_MS))).toBe(false);
  });
});

it("a load around the threshold fires at most once in a cooldown", () => {
  const load = fc.array(fc.record({ isFailed: fc.boolean(), seconds: fc.integer({ min: 1, max: 400 }) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(load, fc.constantFrom(0, 20, 50), (runs, threshold_value) => {
      const replay = createReplay({ ...POLICY, threshold_value });
      let at = NOON;
      const fired = runs.flatMap(({ isFailed, seconds }) => {
        at += seconds * 1_000;
        return replay.next(ended(isFailed, at)).map((firing) => Date.parse(firing.at));
      });
      const gaps = fired.slice(1).map((time, place) => time - (fired[place] ?? 0));
      expect(gaps.filter((gap) => gap < POLICY.cooldown_minutes * MINUTE_MS)).toEqual([]);
    }),
  );
});

it("a lift is proposed after a quiet cooldown, well below the limit, and not while the load swings around it", () => {
  const fired_at = new Date(NOON).toISOString();
  const quiet = (used: number, minutes: number) =>
    isQuiet({ ...POLICY, fired_at }, { used, cap: 50, top_up: 0 }, new Date(NOON + minutes * MINUTE_MS));
  expect([quiet(40, 30), quiet(40, 29), quiet(41, 90)]).toEqual([true, false, false]);
  expect(isQuiet(undefined, undefined, new Date(NOON))).toBe(true);
});

it("only what changes a decision begins a generation", () => {
  const changes = { threshold_value: 1, action_type: "throttle", mode: "shadow", measure: "list" } as const;
  for (const [field, value] of Object.entries(changes))
    expect(beginsGeneration(POLICY, { ...POLICY, [field]: value }), field).toBe(true);
  expect(beginsGeneration(POLICY, { ...POLICY, cooldown_minutes: 1, is_enabled: false })).toBe(false);
});

it("suggests twice the highest day, rounded up, inside the tier", () => {
  const cap = (usd: number, limits = TIERS.agency) =>
    suggestCap(BigInt(Math.round(usd * 1e9)), { tier_name: "agency", limits } as never).threshold_value;
  expect([0, 0.2, 0.5, 0.6, 2.4, 4.1, 37].map((usd) => cap(usd))).toEqual([10, 1, 1, 2, 5, 10, 100]);
  expect(cap(400, TIERS.free)).toBe(50);
});
