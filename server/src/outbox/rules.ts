/** Decisions of the outbox: the facts of a receiver, and the consequences of an attempt. Pure. */
import { Problem } from "../kernel/problem.ts";
import { type DisabledReason, FAILURES_MAX, type OutboxRow, PENDING_MAX, type TargetRow } from "./schema.ts";

/** The waits after each failure. A row that fails once more is dead. */
const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000] as const;
const JITTER = 0.2;
const GONE = 410;
const TEXT_LENGTH_MAX = 500;

/** Returns true when a pattern such as `task.*` names the type. */
export function matches(patterns: readonly string[], type: string): boolean {
  const area = type.slice(0, type.indexOf(".") + 1);
  return patterns.some((pattern) => pattern === "*" || pattern === type || pattern === `${area}*`);
}

/** The result of one attempt. */
export interface Tried {
  status: number | null;
  error: string | null;
  /** The beginning of the answer. */
  start: string | null;
  retry_after_ms: number | null;
}

interface At {
  now: Date;
  /** From 0 to 1, for the jitter. */
  chance: number;
}

type RowResult = Pick<
  OutboxRow,
  "status" | "failures" | "next_attempt_at" | "response_status" | "response_start" | "error" | "finished_at"
>;

export function isDelivered({ status }: Tried): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Returns the row after an attempt. */
export function afterAttempt({ failures }: Pick<OutboxRow, "failures">, tried: Tried, { now, chance }: At): RowResult {
  const answer = { response_status: tried.status, response_start: cut(tried.start), error: cut(faultOf(tried)) };
  const end = { next_attempt_at: null, finished_at: now.toISOString() };
  if (isDelivered(tried)) return { ...answer, ...end, status: "delivered", failures: 0 };
  const wait = WAITS_MS[failures];
  if (wait === undefined || tried.status === GONE) return { ...answer, ...end, status: "dead", failures: failures + 1 };
  const jittered = Math.round(wait * (1 + JITTER * (2 * chance - 1)));
  const waitMs = Math.max(jittered, tried.retry_after_ms ?? 0);
  const next_attempt_at = new Date(now.getTime() + waitMs).toISOString();
  return { ...answer, status: "pending", failures: failures + 1, next_attempt_at, finished_at: null };
}

function faultOf(tried: Tried): string | null {
  if (isDelivered(tried)) return null;
  return tried.error ?? `The receiver answered ${tried.status}.`;
}

function cut(text: string | null): string | null {
  // The database cannot hold NUL, and half of a surrogate pair is no text.
  return text === null ? null : text.replaceAll("\0", "").slice(0, TEXT_LENGTH_MAX).toWellFormed();
}

type TargetResult = Pick<TargetRow, "consecutive_failures" | "last_status" | "last_error" | "last_delivered_at">;

/** Returns the state of the target after an attempt, and the reason when the attempt disables the target. */
export function targetAfter(
  target: TargetResult,
  tried: Tried,
  now: Date,
): { state: TargetResult; disables: DisabledReason | undefined } {
  if (isDelivered(tried)) {
    const state = { last_status: tried.status, last_error: null, last_delivered_at: now.toISOString() };
    return { state: { ...state, consecutive_failures: 0 }, disables: undefined };
  }
  const consecutive_failures = target.consecutive_failures + 1;
  const { last_delivered_at } = target;
  const state = { consecutive_failures, last_status: tried.status, last_error: cut(faultOf(tried)), last_delivered_at };
  const failed = consecutive_failures >= FAILURES_MAX ? ("failures" as const) : undefined;
  return { state, disables: tried.status === GONE ? "gone" : failed };
}

export function hasTooManyWaiting(pending: number): boolean {
  return pending > PENDING_MAX;
}

/** Throws when the row cannot be sent again: it still waits, or the target is disabled. */
export function requireRedeliverable(
  { status }: Pick<OutboxRow, "status">,
  { is_enabled }: Pick<TargetRow, "is_enabled">,
): void {
  if (!is_enabled)
    throw new Problem("conflict", "The webhook is disabled.", { next_step: "Enable the webhook first." });
  if (status === "pending") throw new Problem("conflict", "The delivery still waits to be sent.");
}

/** Throws when a test cannot be sent. */
export function requireEnabled({ is_enabled, role }: Pick<TargetRow, "is_enabled" | "role">): void {
  if (is_enabled) return;
  throw new Problem("conflict", `The ${role} is disabled.`, { next_step: `Enable the ${role} first.` });
}

const MASK = "•••";

/** Returns so much of an address that its owner recognises it. */
export function maskedAddress(kind: TargetRow["kind"], address: string): string {
  if (kind !== "email") return `${new URL(address).origin}/${MASK}`;
  const [name = "", domain = ""] = address.split(/@(?=[^@]*$)/);
  return `${name.slice(0, 1)}${MASK}@${domain}`;
}
