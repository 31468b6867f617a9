/**
 * Counts requests. Draws tokens from the database in lots and spends them in memory, so that most requests cost no
 * statement.
 */
import type { Allowance, Counted, RequestAllowances, RequestKind } from "../kernel/allowance.ts";
import { networkOf } from "../kernel/network.ts";
import { Problem } from "../kernel/problem.ts";
import { limitOf, type RequestLimits } from "./rules.ts";
import type { Draw, Drawn } from "./store.ts";

interface AllowanceOptions {
  draw(draw: Draw): Promise<Drawn>;
  limits: RequestLimits;
  /** Reads the work per minute of a workspace, before each draw. */
  workOf(workspace: string): Promise<number>;
  /** A clock that never goes backward. */
  nowMs(): number;
}

/** The most buckets in memory. The bucket with the oldest draw is removed first. */
const BUCKETS_MAX = 20_000;
/** The most requests that may wait for one draw. */
const WAITING_MAX = 10_000;
const MINUTE_MS = 60_000;

interface Waiting {
  /** The tokens that the request needs. */
  weight: number;
  resolve(): void;
  reject(error: unknown): void;
}

interface Bucket extends Allowance {
  readonly name: string;
  /** The workspace whose limit each draw reads. Undefined for all other buckets. */
  readonly workspace: string | undefined;
  limit: number;
  remaining: number;
  /** The tokens that are drawn and not spent. They expire at `expiresMs`. */
  tokens: number;
  expiresMs: number;
  /** The tokens that the database counts as held by this process, and the time slice of their draw. */
  held: number;
  slice: number;
  /** Requests of at least this weight are refused until `refusedUntilMs`. A lighter request may still pass. */
  refusedWeight: number;
  refusedUntilMs: number;
  /** The requests that wait for the present draw, in order; undefined when there is no draw. */
  waiting: Waiting[] | undefined;
}

export function createRequestAllowances({ draw, limits, workOf, nowMs }: AllowanceOptions): RequestAllowances {
  const buckets = new Map<string, Bucket>();

  /** Stores the bucket as the newest, and removes the oldest buckets beyond the limit. */
  function remember(bucket: Bucket): void {
    buckets.delete(bucket.name);
    for (const oldest of buckets.keys()) {
      if (buckets.size < BUCKETS_MAX) break;
      buckets.delete(oldest);
    }
    buckets.set(bucket.name, bucket);
  }

  async function drawFor(bucket: Bucket, waiting: Waiting[]): Promise<void> {
    bucket.waiting = waiting;
    remember(bucket);
    try {
      while (waiting.length > 0) await drawOnce(bucket, waiting);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
    bucket.waiting = undefined;
  }

  async function drawOnce(bucket: Bucket, waiting: Waiting[]): Promise<void> {
    if (bucket.workspace !== undefined) bucket.limit = await workOf(bucket.workspace);
    const { name, limit, slice } = bucket;
    const weights = waiting.map(({ weight }) => weight);
    const wanted = weights.reduce((sum, weight) => sum + weight, 0);
    // The remaining tokens were too few for the first waiting request. Lighter requests still spend them.
    const kept = nowMs() < bucket.expiresMs ? bucket.tokens : 0;
    const spent = bucket.held - kept;
    // Spent tokens are reported once. If the draw fails, the database counts them as held until the slice ends.
    bucket.held = kept;
    const sentMs = nowMs();
    const { granted, remaining, wait_ms, ...drawn } = await draw({ bucket: name, limit, weights, spent, slice });
    const more = Math.max(0, granted - wanted);
    // The time counts from the sending, which is before the database's own start, so tokens expire here first.
    const expiresMs = sentMs + drawn.lasts_ms;
    if (drawn.slice !== slice) Object.assign(bucket, { held: 0, tokens: 0 });
    bucket.tokens = nowMs() < expiresMs ? bucket.tokens + more : 0;
    bucket.held += more;
    bucket.slice = drawn.slice;
    bucket.expiresMs = expiresMs;
    bucket.remaining = remaining + bucket.tokens;
    for (const { resolve } of waiting.splice(0, countServed(weights, granted))) resolve();
    if (granted < wanted) refuse(bucket, waiting, wait_ms);
    // Requests that came during the draw spend the extra tokens.
    while (waiting[0] && spend(bucket, waiting[0].weight)) waiting.shift()?.resolve();
  }

  /** Refuses the first waiting request and all of at least its weight. The lighter ones wait for the next draw. */
  function refuse(bucket: Bucket, waiting: Waiting[], waitMs: number): void {
    bucket.refusedWeight = waiting[0]?.weight ?? 1;
    bucket.refusedUntilMs = nowMs() + waitMs;
    const all = waiting.splice(0);
    for (const one of all) {
      if (one.weight < bucket.refusedWeight) waiting.push(one);
      else one.reject(tooMany(bucket, one.weight, nowMs()));
    }
  }

  function take(bucket: Bucket, requests: number): Promise<void> | undefined {
    const atMs = nowMs();
    // A request that needs more tokens than a full bucket has passes when the bucket is full.
    const weight = Math.min(requests, bucket.limit);
    if (atMs >= bucket.expiresMs) bucket.tokens = 0;
    if (spend(bucket, weight)) return undefined;
    if (atMs < bucket.refusedUntilMs && weight >= bucket.refusedWeight) throw tooMany(bucket, weight, atMs);
    const { waiting } = bucket;
    if (waiting && waiting.length >= WAITING_MAX) {
      throw new Problem("overloaded", "Too many requests are waiting to be counted.", { retry_after_seconds: 1 });
    }
    return new Promise((resolve, reject) => {
      if (waiting) waiting.push({ weight, resolve, reject });
      else void drawFor(bucket, [{ weight, resolve, reject }]);
    });
  }

  return {
    find(counted, name, kind) {
      const key = `${kind} ${counted} ${counted === "network" ? networkOf(name) : name}`;
      const known = buckets.get(key);
      if (known) return known;
      const about =
        counted === "workspace"
          ? { limit: Number.POSITIVE_INFINITY, workspace: name }
          : { limit: limitOf(limits, counted, kind), workspace: undefined };
      const bucket = newBucket({ name: key, counted, kind, ...about });
      remember(bucket);
      return bucket;
    },
    // The kernel passes only allowances that `find` returned, and these are buckets.
    take: (allowance, requests = 1) => take(allowance as Bucket, requests),
  };
}

function newBucket(about: Pick<Bucket, "name" | "counted" | "kind" | "limit" | "workspace">): Bucket {
  return {
    ...about,
    remaining: about.limit,
    tokens: 0,
    expiresMs: 0,
    held: 0,
    slice: 0,
    refusedWeight: 1,
    refusedUntilMs: 0,
    waiting: undefined,
  };
}

function spend(bucket: Bucket, weight: number): boolean {
  if (bucket.tokens < weight) return false;
  bucket.tokens -= weight;
  bucket.remaining -= weight;
  return true;
}

/** Returns how many of the first requests the granted tokens are enough for. */
function countServed(weights: readonly number[], granted: number): number {
  let sum = 0;
  const refused = weights.findIndex((weight) => {
    sum += weight;
    return sum > granted;
  });
  return refused < 0 ? weights.length : refused;
}

const CALLERS: Record<Counted, string> = {
  credential: "this credential",
  network: "your network",
  workspace: "this workspace",
};
const WORDS: Record<RequestKind, string> = { read: "reads", write: "writes", work: "calls for work" };

function tooMany(
  { counted, kind, limit, refusedWeight, refusedUntilMs }: Bucket,
  weight: number,
  atMs: number,
): Problem {
  const waitMs = refusedUntilMs - atMs + ((weight - refusedWeight) * MINUTE_MS) / limit;
  const text = `The ${WORDS[kind]} of ${CALLERS[counted]} are used up: ${limit} a minute.`;
  const counts = weight > 1 ? ` A body of this size counts as ${weight}.` : "";
  return new Problem("rate_limited", text + counts, {
    retry_after_seconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    next_step: "Wait for the time in Retry-After, then send the same request again.",
  });
}
