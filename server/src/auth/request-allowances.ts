/** Counts requests: draws tokens from the database in lots and spends them in memory, so that most cost no statement. */
import type { Allowance, Counted, RequestAllowances, RequestKind } from "../kernel/allowance.ts";
import { Problem } from "../kernel/problem.ts";
import { limitOf, networkOf, type RequestLimits } from "./allowance-rules.ts";
import type { Draw, Drawn } from "./allowance-store.ts";

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

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

interface Bucket extends Allowance {
  readonly name: string;
  remaining: number;
  /** Drawn and not yet spent, good until then. */
  tokens: number;
  goodUntil: number;
  /** How many the last draw lent beyond what waited for it, and in which slice of time. */
  lent: number;
  slice: number;
  /** No token before that. */
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
    const { name, limit, slice, lent: spent } = bucket;
    const wanted = waiting.length;
    // Said once: should the answer be lost, the database rather thinks that it is still held.
    bucket.lent = 0;
    const sentAt = now();
    const { granted, remaining, wait_ms, ...drawn } = await draw({ bucket: name, limit, wanted, spent, slice });
    bucket.lent = Math.max(0, granted - wanted);
    bucket.slice = drawn.slice;
    // The database's time began later, so nothing is spent here after it has ended there.
    const goodUntil = sentAt + drawn.lasts_ms;
    const usable = now() < goodUntil ? granted : Math.min(granted, wanted);
    const served = waiting.splice(0, usable);
    bucket.tokens = usable - served.length;
    bucket.goodUntil = goodUntil;
    bucket.remaining = remaining + bucket.tokens;
    for (const { resolve } of served) resolve();
    if (granted >= wanted) return;
    bucket.shutUntil = now() + wait_ms;
    const refusal = tooMany(bucket, wait_ms);
    for (const { reject } of waiting.splice(0)) reject(refusal);
  }

  function take(bucket: Bucket): Promise<void> | undefined {
    const at = now();
    if (bucket.tokens > 0) {
      if (at < bucket.goodUntil) {
        bucket.tokens--;
        bucket.remaining--;
        return undefined;
      }
      bucket.tokens = 0;
    }
    if (at < bucket.shutUntil) throw tooMany(bucket, bucket.shutUntil - at);
    const { waiting } = bucket;
    if (waiting && waiting.length >= WAITING_MAX) {
      throw new Problem("overloaded", "Too many requests wait to be counted.", { retry_after_seconds: 1 });
    }
    return new Promise((resolve, reject) => {
      if (waiting) waiting.push({ resolve, reject });
      else void drawFor(bucket, [{ resolve, reject }]);
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
    take: (allowance) => take(allowance as Bucket),
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
    shutUntil: 0,
    waiting: undefined,
  };
}

function tooMany({ counted, kind, limit }: Bucket, waitMs: number): Problem {
  const who = counted === "network" ? "your network" : "this credential";
  return new Problem("rate_limited", `The ${kind}s of ${who} are used up: ${limit} a minute.`, {
    retry_after_seconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    next_step: "Wait as long as Retry-After says, then send the same request again.",
  });
}
