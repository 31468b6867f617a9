/** The health of an agent on a day, from its sums. Pure. */
import { type AgentHealth, type HealthParts, PART_MAX } from "./health-schema.ts";

/** The sums of an agent on a day. */
export interface HealthDay {
  runs: number;
  runs_successful: number;
  /** The 95th percentile of the latencies; null without a call that has one. */
  p95_ms: number | null;
  /** Undefined without an event. */
  burst: { errors: number; isNow: boolean } | undefined;
  cost_usd: number;
  /** Calls that are in no cost. */
  unpriced_calls: number;
  /** The costs of those of the days before that have events, without the days with unknown costs. */
  costs_before_usd: readonly number[];
}

type Part = HealthParts["latency"];

const LATENCY_GOOD_MS = 2_000;
const LATENCY_BAD_MS = 10_000;
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

function latencyOf({ p95_ms: p95 }: HealthDay): Part {
  const max = PART_MAX.latency;
  if (p95 === null) return unknown(max, "No call of a model has a latency.");
  const share = (LATENCY_BAD_MS - p95) / (LATENCY_BAD_MS - LATENCY_GOOD_MS);
  const words =
    p95 <= LATENCY_GOOD_MS
      ? `${text(p95)} ms, which is fast`
      : `${(p95 / 1_000).toFixed(1)} s; ${LATENCY_GOOD_MS / 1_000} s is fast`;
  return scored(max, share, `95 % of model calls took up to ${words}.`);
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

/** Small amounts keep two digits that say something. */
function money(usd: number): string {
  return `$${usd >= 0.01 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)}`;
}
