/** Counts requests: draws tokens from the database in lots and spends them in memory, so that most cost no statement. */
import type { Allowance, Counted, RequestAllowances, RequestKind } from "../kernel/allowance.ts";
import { networkOf } from "../kernel/network.ts";
import { Problem } from "../kernel/problem.ts";
import { limitOf, type RequestLimits } from "./rules.ts";
import type { Draw, Drawn } from "./store.ts";

interface AllowanceOptions {
  draw(draw: Draw): Promise<Drawn>;
  limits: RequestLimits;
  /** A clock that only ever goes forward. Milliseconds. */
  now(): number;
}

/** Buckets that are remembered; the one that drew longest ago goes first. */
const BUCKETS_MAX = 20_000;
/** Requests that may wait for one draw. */
const WAITING_MAX = 10_000;
const MINUTE_MS = 60_000;

interface Waiting {
  /** Tokens it needs. */
  weight: number;
  resolve(): void;
  reject(error: unknown): void;
}

interface Bucket extends Allowance {
  readonly name: string;
  remaining: number;
  /** Drawn and not yet spent, good until then. */
  tokens: number;
  goodUntil: number;
  /** Tokens that the database counts as held by this process, and the slice of time they belong to. */
  lent: number;
  slice: number;
  /** A request of this weight was refused until then. A heavier one waits longer; a lighter one may still pass. */
  shutFor: number;
  shutUntil: number;
  /** Requests that wait for the draw under way, in order; undefined when there is none. */
  waiting: Waiting[] | undefined;
}

export function createRequestAllowances({ draw, limits, now }: AllowanceOptions): RequestAllowances {
  const buckets = new Map<string, Bucket>();

  /** Puts it last in the order of forgetting. */
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
    const { name, limit, slice } = bucket;
    const weights = waiting.map(({ weight }) => weight);
    const wanted = weights.reduce((sum, weight) => sum + weight, 0);
    // What is left of the last lot was too little for the first that waits; lighter requests go on spending it.
    const kept = now() < bucket.goodUntil ? bucket.tokens : 0;
    const spent = bucket.lent - kept;
    // Reported once: should the answer be lost, the database counts these tokens as held until the slice ends.
    bucket.lent = kept;
    const sentAt = now();
    const { granted, remaining, wait_ms, ...drawn } = await draw({ bucket: name, limit, weights, spent, slice });
    const more = Math.max(0, granted - wanted);
    // The database's time began later, so nothing is spent here after it has ended there.
    const goodUntil = sentAt + drawn.lasts_ms;
    const isGood = now() < goodUntil;
    if (drawn.slice !== slice) Object.assign(bucket, { lent: 0, tokens: 0 });
    bucket.tokens = isGood ? bucket.tokens + more : 0;
    bucket.lent += more;
    bucket.slice = drawn.slice;
    bucket.goodUntil = goodUntil;
    bucket.remaining = remaining + bucket.tokens;
    for (const { resolve } of waiting.splice(0, countServed(weights, granted))) resolve();
    if (granted < wanted) refuse(bucket, waiting, wait_ms);
    // Those who came meanwhile.
    while (waiting[0] && spend(bucket, waiting[0].weight)) waiting.shift()?.resolve();
  }

  /** Refuses the first that waits and all that weigh as much; the lighter ones may fit and are drawn for again. */
  function refuse(bucket: Bucket, waiting: Waiting[], waitMs: number): void {
    bucket.shutFor = waiting[0]?.weight ?? 1;
    bucket.shutUntil = now() + waitMs;
    const all = waiting.splice(0);
    for (const one of all) {
      if (one.weight < bucket.shutFor) waiting.push(one);
      else one.reject(tooMany(bucket, one.weight, now()));
    }
  }

  function take(bucket: Bucket, requests: number): Promise<void> | undefined {
    const at = now();
    // What weighs more than a full bucket holds passes when the bucket is full.
    const weight = Math.min(requests, bucket.limit);
    if (at >= bucket.goodUntil) bucket.tokens = 0;
    if (spend(bucket, weight)) return undefined;
    if (at < bucket.shutUntil && weight >= bucket.shutFor) throw tooMany(bucket, weight, at);
    const { waiting } = bucket;
    if (waiting && waiting.length >= WAITING_MAX) {
      throw new Problem("overloaded", "Too many requests wait to be counted.", { retry_after_seconds: 1 });
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
      const bucket = newBucket(key, counted, kind, limitOf(limits, counted, kind));
      remember(bucket);
      return bucket;
    },
    // Only what `find` answered is taken from.
    take: (allowance, requests = 1) => take(allowance as Bucket, requests),
  };
}

function newBucket(name: string, counted: Counted, kind: RequestKind, limit: number): Bucket {
  return {
    name,
    counted,
    kind,
    limit,
    remaining: limit,
    tokens: 0,
    goodUntil: 0,
    lent: 0,
    slice: 0,
    shutFor: 1,
    shutUntil: 0,
    waiting: undefined,
  };
}

function spend(bucket: Bucket, weight: number): boolean {
  if (bucket.tokens < weight) return false;
  bucket.tokens -= weight;
  bucket.remaining -= weight;
  return true;
}

/** How many of the first in the row were granted what they need. */
function countServed(weights: readonly number[], granted: number): number {
  let sum = 0;
  const refused = weights.findIndex((weight) => {
    sum += weight;
    return sum > granted;
  });
  return refused < 0 ? weights.length : refused;
}

function tooMany({ counted, kind, limit, shutFor, shutUntil }: Bucket, weight: number, at: number): Problem {
  const who = counted === "network" ? "your network" : "this credential";
  const waitMs = shutUntil - at + ((weight - shutFor) * MINUTE_MS) / limit;
  const text = `The ${kind}s of ${who} are used up: ${limit} a minute.`;
  const counts = weight > 1 ? ` A body of this size counts as ${weight}.` : "";
  return new Problem("rate_limited", text + counts, {
    retry_after_seconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    next_step: "Wait as long as Retry-After says, then send the same request again.",
  });
}
