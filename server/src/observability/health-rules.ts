/** The health of an agent on a day, from its sums. Pure. */
import { type AgentHealth, type HealthParts, PART_MAX } from "./health-schema.ts";

/** The sums of an agent on a day. */
export interface HealthDay {
  runs: number;
  runs_successful: number;
  /** The 95th percentile of the latencies; null without a call that has one. */
  p95_ms: number | null;
  /** The same of those of the days before that have such a call. */
  p95_before_ms: readonly number[];
  /** Undefined without an event. */
  burst: { errors: number; isNow: boolean } | undefined;
  cost_usd: number;
  /** Calls that are in no cost. */
  unpriced_calls: number;
  /** The costs of those of the days before that have events, without the days with unknown costs. */
  costs_before_usd: readonly number[];
}

type Part = HealthParts["latency"];

/** Calls up to this time are fast for every agent. */
const LATENCY_GOOD_MS = 2_000;
/** Times the usual latency of the agent: a model that thinks for a minute is as well as a fast one. */
const LATENCY_GOOD_TIMES = 1.5;
const LATENCY_BAD_TIMES = 4;
const BURST_ERRORS = 5;
export const BURST_MINUTES = 30;
export const DAYS_BEFORE = 7;
/** Costs that differ by less than this share of their average are usual. */
const SPREAD_SHARE_MIN = 0.1;
const USD_MIN = 0.001;

export function healthOf(day: HealthDay, hasAnomaly: boolean): Pick<AgentHealth, "score" | "parts"> {
  const parts = {
    success_rate: successOf(day),
    latency: latencyOf(day),
    error_burst: burstOf(day),
    ...(hasAnomaly && { cost_anomaly: costOf(day) }),
  };
  return { score: scoreOf(Object.values(parts)), parts };
}

/** Unknown parts count neither as healthy nor as sick. */
export function scoreOf(parts: readonly Part[]): number | null {
  const known = parts.flatMap(({ score, max }) => (score === null ? [] : [{ score, max }]));
  if (known.length === 0) return null;
  const [score, max] = [
    known.reduce((sum, part) => sum + part.score, 0),
    known.reduce((sum, part) => sum + part.max, 0),
  ];
  return rounded((100 * score) / max);
}

function successOf({ runs, runs_successful }: HealthDay): Part {
  const max = PART_MAX.success_rate;
  if (runs === 0) return unknown(max, "No run ended.");
  return {
    score: rounded((max * runs_successful) / runs),
    max,
    reason: `${runs_successful} of ${runs} runs succeeded.`,
  };
}

function latencyOf({ p95_ms: p95, p95_before_ms: before }: HealthDay): Part {
  const max = PART_MAX.latency;
  if (p95 === null) return unknown(max, "No call of a model has a latency.");
  const took = `95 % of model calls took up to ${seconds(p95)}`;
  if (p95 <= LATENCY_GOOD_MS) return scored(max, 1, `${took}, which is fast.`);
  const usual = medianOf(before);
  if (usual === undefined) return unknown(max, `${took}. No call in the ${DAYS_BEFORE} days before to compare with.`);
  const times = p95 / Math.max(usual, LATENCY_GOOD_MS);
  const share = (LATENCY_BAD_TIMES - times) / (LATENCY_BAD_TIMES - LATENCY_GOOD_TIMES);
  const compared =
    times > LATENCY_GOOD_TIMES
      ? `${(p95 / usual).toFixed(1)} times the ${seconds(usual)} of`
      : `usually ${seconds(usual)} in`;
  return scored(max, share, `${took}, ${compared} the ${DAYS_BEFORE} days before.`);
}

/** A day with one slow hour does not change what is usual. */
function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function burstOf({ burst }: HealthDay): Part {
  const max = PART_MAX.error_burst;
  if (!burst) return unknown(max, "The agent sent no event.");
  const { errors, isNow } = burst;
  const count = errors === 0 ? "No error" : errors === 1 ? "1 error" : `${text(errors)} errors`;
  const when = isNow ? `in the last ${BURST_MINUTES} minutes` : `in the worst ${BURST_MINUTES} minutes of the day`;
  return scored(max, 1 - errors / BURST_ERRORS, `${count} ${when}.`);
}

function costOf({ cost_usd: cost, unpriced_calls: unpriced, costs_before_usd: before }: HealthDay): Part {
  const max = PART_MAX.cost_anomaly;
  if (!before.some((usd) => usd > 0)) return unknown(max, `No known cost in the ${DAYS_BEFORE} days before.`);
  const average = before.reduce((sum, usd) => sum + usd, 0) / before.length;
  const spread = Math.sqrt(before.reduce((sum, usd) => sum + (usd - average) ** 2, 0) / before.length);
  const limit = average + 2 * Math.max(spread, SPREAD_SHARE_MIN * average);
  const usual = `the usual ${money(limit)} of the ${DAYS_BEFORE} days before`;
  if (cost > limit)
    return scored(max, 1 - (cost - limit) / Math.max(limit, USD_MIN), `${money(cost)} is above ${usual}.`);
  if (unpriced > 0)
    return unknown(max, `The cost of ${unpriced === 1 ? "1 call" : `${text(unpriced)} calls`} is unknown.`);
  return scored(max, 1, `${money(cost)} is not above ${usual}.`);
}

function scored(max: number, share: number, reason: string): Part {
  return { score: rounded(max * Math.min(1, Math.max(0, share))), max, reason };
}

function unknown(max: number, reason: string): Part {
  return { score: null, max, reason };
}

/** Two decimals. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function text(count: number): string {
  return count.toLocaleString("en-US");
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${text(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Small amounts keep two digits that say something. */
function money(usd: number): string {
  return `$${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)}`;
}
