/** Decides about each event of a batch. An event that breaks a rule is rejected with the reason, and changes no other. */
import { BILLING_MODES, type BillingMode, isUuid, USD_MAX } from "../kernel/schema.ts";
import type { Usage } from "./prices/usage-rules.ts";
import { usageFault } from "./prices/usage-rules.ts";
import {
  COUNT_MAX,
  CUMULATIVE,
  type Cumulative,
  DEDUPE_KEY_LENGTH_MAX,
  EVENT_FIELDS,
  EVENT_STATUSES,
  EVENT_TYPES,
  type EventStatus,
  type EventType,
  LATENCY_MS_MAX,
  SHORT_LENGTH_MAX,
  TEXT_LENGTH_MAX,
} from "./schema.ts";

/** The clocks of senders differ from ours by less. */
export const AHEAD_MS_MAX = 5 * 60_000;
/** The longest time that any tier keeps events. */
export const AGE_MS_MAX = 180 * 86_400_000;
const PAYLOAD_LENGTH_MAX = 64 * 1024;

/** An event whose fields are right. Its agent, task and run may be unknown. */
export interface ReadEvent extends Usage {
  event_type: EventType;
  status: EventStatus;
  agent_id: string | null;
  run_id: string | null;
  task_id: string | null;
  provider: string | null;
  model: string | null;
  service_tier: string | null;
  cost_usd: number | null;
  /** Null is the mode of the key, else of the agent. */
  billing_mode: BillingMode | null;
  session_id: string | null;
  /** The fields that are totals of the session. */
  cumulative: readonly Cumulative[];
  latency_ms: number | null;
  payload: Record<string, unknown>;
  dedupe_key: string | null;
  occurred_at: string;
}

type Given = Readonly<Record<string, unknown>>;
export type Verdict<T> = { event: T; reason?: never } | { event?: never; reason: string };

/** Throws the reason as a text inside this file alone. */
class Rejection extends Error {}

export function readEvent(value: unknown, now: Date): Verdict<ReadEvent> {
  try {
    return { event: eventOf(value, now) };
  } catch (error) {
    if (error instanceof Rejection) return { reason: error.message };
    throw error;
  }
}

function eventOf(value: unknown, now: Date): ReadEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Rejection("is not an object.");
  // It is an object and no list.
  const given = value as Given;
  for (const name in given)
    if (!EVENT_FIELDS.includes(name)) throw new Rejection(`${name} is not a field of an event.`);
  const payload = payloadOf(given.payload);
  const inPayload = typeof payload.provider === "string" ? payload : {};
  const event: ReadEvent = {
    event_type: oneOf(given, "event_type", EVENT_TYPES),
    status: oneOf(given, "status", EVENT_STATUSES, "info"),
    agent_id: idOf(given, "agent_id"),
    run_id: idOf(given, "run_id"),
    task_id: idOf(given, "task_id"),
    provider: textOf(given, "provider", TEXT_LENGTH_MAX) ?? textOf(inPayload, "provider", TEXT_LENGTH_MAX),
    model: textOf(given, "model", TEXT_LENGTH_MAX),
    ...usageOf(given),
    service_tier: textOf(given, "service_tier", SHORT_LENGTH_MAX),
    cost_usd: numberOf(given, "cost_usd", USD_MAX),
    billing_mode: (given.billing_mode ?? null) === null ? null : oneOf(given, "billing_mode", BILLING_MODES),
    session_id: textOf(given, "session_id", TEXT_LENGTH_MAX),
    cumulative: cumulativeOf(given),
    latency_ms: wholeOf(given, "latency_ms", LATENCY_MS_MAX),
    payload,
    dedupe_key: textOf(given, "dedupe_key", DEDUPE_KEY_LENGTH_MAX),
    occurred_at: timeOf(given, "occurred_at", now),
  };
  const fault = usageFault(event);
  if (fault !== undefined) throw new Rejection(fault);
  return event;
}

function usageOf(given: Given): Required<Usage> {
  return {
    tokens_in: wholeOf(given, "tokens_in", COUNT_MAX),
    tokens_out: wholeOf(given, "tokens_out", COUNT_MAX),
    tokens_cached: wholeOf(given, "tokens_cached", COUNT_MAX),
    tokens_cache_write: wholeOf(given, "tokens_cache_write", COUNT_MAX),
    tokens_cache_write_1h: wholeOf(given, "tokens_cache_write_1h", COUNT_MAX),
    tokens_reasoning: wholeOf(given, "tokens_reasoning", COUNT_MAX),
    web_searches: wholeOf(given, "web_searches", COUNT_MAX),
  };
}

function oneOf<const T extends string>(given: Given, name: string, allowed: readonly T[], otherwise?: T): T {
  const value = given[name] ?? otherwise;
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new Rejection(`invalid ${name}: ${allowed.join(", ")} are allowed.`);
}

function idOf(given: Given, name: string): string | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (typeof value === "string" && isUuid(value)) return value.toLowerCase();
  throw new Rejection(`${name} is not an id.`);
}

function textOf(given: Given, name: string, lengthMax: number): string | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (typeof value === "string" && value.trim() !== "" && value.length <= lengthMax) return value;
  throw new Rejection(`${name} must be a text of 1 to ${lengthMax} characters.`);
}

function numberOf(given: Given, name: string, max: number): number | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw new Rejection(`${name} must be a number from 0 to ${max}.`);
}

function wholeOf(given: Given, name: string, max: number): number | null {
  const value = numberOf(given, name, max);
  if (value === null || Number.isInteger(value)) return value;
  throw new Rejection(`${name} must be a whole number.`);
}

function cumulativeOf(given: Given): Cumulative[] {
  const names = given.cumulative ?? [];
  if (!Array.isArray(names)) throw new Rejection("cumulative must be a list of names of fields.");
  if (names.length > 0 && (given.session_id ?? null) === null)
    throw new Rejection("cumulative needs session_id: the session whose totals these are.");
  return names.map((name) => {
    const known = CUMULATIVE.find((one) => one === name);
    if (known === undefined) throw new Rejection(`cumulative may name ${CUMULATIVE.join(", ")}.`);
    return known;
  });
}

function payloadOf(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new Rejection("payload must be an object.");
  if (JSON.stringify(value).length > PAYLOAD_LENGTH_MAX)
    throw new Rejection(`payload is longer than ${PAYLOAD_LENGTH_MAX} characters.`);
  return value as Record<string, unknown>;
}

const TIME = /^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,19}(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

function timeOf(given: Given, name: string, now: Date): string {
  const value = given[name] ?? null;
  if (value === null) return now.toISOString();
  const ms = typeof value === "string" && TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw new Rejection(`${name} must be a time of ISO 8601 with its zone.`);
  if (ms > now.getTime() + AHEAD_MS_MAX) throw new Rejection(`${name} is in the future.`);
  if (ms < now.getTime() - AGE_MS_MAX) throw new Rejection(`${name} is more than 180 days ago.`);
  return new Date(ms).toISOString();
}
