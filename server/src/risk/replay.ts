/** Decides over past events as the live limits do: each batch goes through the same functions. Pure. */
import { amountOf, type Cap, leftOf, settleCap, UNUSED } from "../caps/index.ts";
import type { PastBatch, PastUsage, WindowSums } from "../observability/index.ts";
import { THROTTLE_PER_MINUTE } from "./actions.ts";
import { crosserOf } from "./crosser.ts";
import { capSettings, firesAt, rateOf, usdOf } from "./rules.ts";
import type { PolicyRow } from "./schema.ts";

const MINUTE_MS = 60_000;

/** A policy that fired in the past. */
export interface PastFiring {
  at: string;
  agent_id: string;
  value: number;
}

/** A start of the past, with the estimate that a cap would reserve. */
export interface PastStart {
  at: string;
  agent_id: string;
  task_id: string;
  estimate_nanos: bigint;
}

export interface Replay {
  /** Returns the firings of the next batch. Batches come in the order of their arrival. */
  next(batch: PastBatch): PastFiring[];
  /** Returns true for a start that would have been refused. It comes after the batches before it. */
  refuses(start: PastStart): boolean;
  /** The value that the limit compares, after the last batch; null when there is none. */
  value(): number | null;
  costOf(event: PastUsage): bigint;
}

/** The policy counts from zero. */
export function createReplay(policy: PolicyRow): Replay {
  const settings = capSettings({ ...policy, mode: "enforce", is_enabled: true });
  return settings ? replayCap({ ...EMPTY, ...settings }) : replayRate({ ...policy, fired_at: null });
}

const EMPTY = { ...UNUSED, top_up_nanos: "0", top_up_until: null, day: "0001-01-01", reserved_nanos: "0" };

function replayCap(before: Cap): Replay {
  let cap = before;
  return {
    next({ at, usage }) {
      const settled = settleCap(cap, usage, 0n, at);
      cap = settled.cap;
      return settled.reached.flatMap(({ kind, cap: then, agent_id }) =>
        kind === "breach" && agent_id !== null
          ? [{ at: at.toISOString(), agent_id, value: usdOf(then.used_nanos) }]
          : [],
      );
    },
    refuses({ at, estimate_nanos }) {
      const time = new Date(at);
      return cap.is_binding && leftOf(cap, time) < estimate_nanos;
    },
    value: () => usdOf(cap.used_nanos),
    costOf: (event) => amountOf(cap, event) ?? 0n,
  };
}

function replayRate(before: PolicyRow): Replay {
  let policy = before;
  const sums = createWindow(before.window_minutes);
  const stops = createStops(before);
  let value: number | null = null;
  return {
    next({ at, usage }) {
      value = rateOf(policy, sums.add(usage, at));
      const crosser = crosserOf(policy, usage);
      if (crosser === undefined || value === null || !firesAt(policy, value, at)) return [];
      policy = { ...policy, fired_at: at.toISOString() };
      stops.begin(crosser, at);
      return [{ at: at.toISOString(), agent_id: crosser, value }];
    },
    refuses: stops.refuses,
    value: () => value,
    costOf: ({ cost_nanos }) => cost_nanos ?? 0n,
  };
}

/** The sums of a window that moves with the batches. Minutes that it has left are forgotten. */
function createWindow(minutes: number) {
  const byMinute = new Map<number, WindowSums>();
  let sums: WindowSums = { runs: 0n, runs_failed: 0n, tokens: 0n };
  let left: number | undefined;
  return {
    add(usage: readonly PastUsage[], at: Date): WindowSums {
      const last = Math.floor(at.getTime() / MINUTE_MS) - minutes;
      for (let minute = left ?? last; minute <= last; minute++) {
        const gone = byMinute.get(minute);
        if (!gone) continue;
        sums = combine(sums, gone, -1n);
        byMinute.delete(minute);
      }
      left = last;
      for (const event of usage) {
        if (event.minute <= last) continue;
        const one = { runs: BigInt(event.runs), runs_failed: BigInt(event.runs_failed), tokens: BigInt(event.tokens) };
        byMinute.set(event.minute, combine(byMinute.get(event.minute) ?? NOTHING, one, 1n));
        sums = combine(sums, one, 1n);
      }
      return sums;
    },
  };
}

const NOTHING: WindowSums = { runs: 0n, runs_failed: 0n, tokens: 0n };
const combine = (one: WindowSums, other: WindowSums, sign: 1n | -1n): WindowSums => ({
  runs: one.runs + sign * other.runs,
  runs_failed: one.runs_failed + sign * other.runs_failed,
  tokens: one.tokens + sign * other.tokens,
});

/** The starts that an action would have stopped, until the policy may fire again. Nobody knows when people would have resumed. */
function createStops({ action_type, cooldown_minutes }: PolicyRow) {
  const until = new Map<string, number>();
  const started = new Map<string, { minute: number; starts: number }>();
  return {
    begin(agentId: string, at: Date) {
      until.set(agentId, at.getTime() + cooldown_minutes * MINUTE_MS);
    },
    refuses({ at, agent_id }: PastStart): boolean {
      const time = Date.parse(at);
      if ((until.get(agent_id) ?? 0) <= time) return false;
      if (action_type === "pause_agent") return true;
      if (action_type !== "throttle") return false;
      const minute = Math.floor(time / MINUTE_MS);
      const before = started.get(agent_id);
      const starts = before?.minute === minute ? before.starts + 1 : 1;
      started.set(agent_id, { minute, starts });
      return starts > THROTTLE_PER_MINUTE;
    },
  };
}
