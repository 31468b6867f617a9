/** Reads the answers of Moltbook. All that they say is text of strangers. Pure. */
import type { IncomingHttpHeaders } from "node:http";
import type { AccountNote } from "../adapter.ts";

const TEXT_LENGTH_MAX = 500;
/** Without a time in the answer, a limited caller waits so long. */
const LIMITED_MS = 60_000;
/** Longer waits are cut to this. */
const WAIT_MS_MAX = 7 * 86_400_000;
const KEY_DEAD = 401;
const TOO_MANY = 429;
const FORBIDDEN = 403;
/** A larger number is a time in milliseconds. */
const SECONDS_MAX = 100_000_000_000;

export type Body = Record<string, unknown>;

export const textIn = (value: unknown, most = TEXT_LENGTH_MAX): string =>
  typeof value === "string" ? value.replaceAll("\0", "").slice(0, most).toWellFormed() : "";

export function objectOf(value: unknown): Body {
  // A list has no names, and so nothing is found in it.
  return typeof value === "object" && value !== null ? (value as Body) : {};
}

/** Returns a count of the network, which may be missing, negative or huge. */
export function countIn(...values: unknown[]): number {
  const count = values.find((value) => typeof value === "number" && Number.isFinite(value));
  return typeof count === "number" ? Math.max(-2_000_000_000, Math.min(2_000_000_000, Math.trunc(count))) : 0;
}

/** Returns the time in a text or a number; undefined when it says none. */
export function timeIn(value: unknown): Date | undefined {
  const ms =
    typeof value === "number" ? (value > SECONDS_MAX ? value : value * 1_000) : Date.parse(textIn(value, 40) || "-");
  const time = new Date(ms);
  const year = Number.isNaN(time.getTime()) ? 0 : time.getUTCFullYear();
  return year >= 2000 && year <= 2999 ? time : undefined;
}

/** Returns the words with which the network refuses. */
export function refusalIn(body: Body, status: number): string {
  const text = textIn(body.error) || textIn(body.message) || textIn(objectOf(body.error).message);
  return text === "" ? `Moltbook answered ${status}.` : `Moltbook says: ${text}`;
}

/** Returns the wait that an answer of 429 asks for. */
export function limitedMs(headers: IncomingHttpHeaders, body: Body, nowMs: number): number {
  const { retry_after_seconds: seconds, retry_after_minutes: minutes } = body;
  const header = Number(headers["retry-after"]);
  const reset = resetIn(headers);
  const waits = [
    typeof seconds === "number" ? seconds * 1_000 : Number.NaN,
    typeof minutes === "number" ? minutes * 60_000 : Number.NaN,
    headers["retry-after"] === undefined ? Number.NaN : header * 1_000,
    reset ? reset.getTime() - nowMs : Number.NaN,
  ];
  const wait = waits.find((ms) => Number.isFinite(ms)) ?? LIMITED_MS;
  return Math.min(WAIT_MS_MAX, Math.max(1_000, Math.ceil(wait)));
}

function resetIn(headers: IncomingHttpHeaders): Date | undefined {
  const text = String(headers["x-ratelimit-reset"] ?? "");
  return timeIn(/^[0-9]{1,13}$/.test(text) ? Number(text) : text);
}

/** Returns what an answer says about the account: its state, and the time before which the network takes no more. */
export function noteIn(status: number, headers: IncomingHttpHeaders, body: Body, now: Date): AccountNote | undefined {
  if (status === KEY_DEAD) return { state: "key_dead", reason: refusalIn(body, status), until: null };
  if (status === FORBIDDEN && /suspend/i.test(JSON.stringify(body).slice(0, 2_000))) {
    const until = timeIn(body.suspended_until) ?? timeIn(objectOf(body.suspension).until);
    return { state: "suspended", reason: refusalIn(body, status), until: until?.toISOString() ?? null };
  }
  if (status === TOO_MANY)
    return { not_before: new Date(now.getTime() + limitedMs(headers, body, now.getTime())).toISOString() };
  const isUsedUp = String(headers["x-ratelimit-remaining"] ?? "") === "0";
  const reset = isUsedUp ? resetIn(headers) : undefined;
  if (!reset || reset <= now) return undefined;
  return { not_before: new Date(Math.min(reset.getTime(), now.getTime() + WAIT_MS_MAX)).toISOString() };
}
