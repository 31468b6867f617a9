/** Decides the state of an action after an attempt, a crash or a look-up. Pure. */
import type { Attempt, Found, Returned } from "../connections/index.ts";
import { cutText, keyOf, LEASE_MS, nextLookup, settledAt, TRIES_MAX, waitMs, withAttempt } from "./rules.ts";
import type { ActionRow, LoggedAttempt, Receipt } from "./schema.ts";

interface At {
  at: Date;
  /** From 0 to 1, for the jitter. */
  chance: number;
}

const later = (at: Date, ms: number) => new Date(at.getTime() + ms).toISOString();

/** Returns the action whose next attempt begins now. The attempt must end within its lease. */
export function begun(action: ActionRow, at: Date, repeats_safely: boolean): ActionRow {
  const attempt = action.attempts + 1;
  const entry: LoggedAttempt = {
    attempt,
    started_at: at.toISOString(),
    finished_at: null,
    request_id: keyOf(action),
    end: null,
    response_status: null,
    start: null,
    error: null,
    next_attempt_at: null,
  };
  return {
    ...action,
    status: "executing",
    attempts: attempt,
    tries: action.tries + 1,
    lookups: 0,
    repeats_safely,
    due_at: later(at, LEASE_MS),
    attempt_log: withAttempt(action.attempt_log, entry),
  };
}

/** Returns true when the result of this attempt counts: it is the last one, and nobody knows its end yet. */
export function counts({ status, attempts }: ActionRow, attempt: number, end: Attempt["end"]): boolean {
  if (attempts !== attempt) return false;
  // An attempt that outlived its lease may still bring a whole answer.
  return status === "executing" || (status === "in_doubt" && (end === "executed" || end === "failed"));
}

/** Returns the action after the end of its last attempt. */
export function afterAttempt(action: ActionRow, ended: Attempt, { at, chance }: At): ActionRow {
  const { returned } = ended;
  const logged = noted(action, { end: ended.end, returned, error: "error" in ended ? ended.error : null, at });
  const result = returned ? { answer_start: returned.start } : null;
  switch (ended.end) {
    case "executed":
      return executed(logged, at, { ...ended.result, ...result });
    case "failed":
      return failed({ ...logged, result }, at, ended.error);
    case "in_doubt":
      return inDoubt({ ...logged, result }, at, ended.error);
    case "awaiting_verification": {
      const { challenge } = ended;
      const status = "awaiting_verification" as const;
      return { ...logged, status, due_at: challenge.expires_at, result: { ...result, challenge }, error_message: null };
    }
    case "again":
      return again({ ...logged, result }, ended, { at, chance });
    default:
      return ended satisfies never;
  }
}

function again(action: ActionRow, { error, after_ms }: { error: string; after_ms: number | null }, { at, chance }: At) {
  const wait = waitMs(action.tries, after_ms, chance);
  if (wait === undefined) return failed(action, at, `${error} This was attempt ${action.tries} of ${TRIES_MAX}.`);
  const due_at = later(at, wait);
  const last = action.attempt_log.at(-1);
  const attempt_log = last ? withAttempt(action.attempt_log, { ...last, next_attempt_at: due_at }) : [];
  return { ...action, status: "approved" as const, due_at, attempt_log, error_message: cutText(error) };
}

const LOST = "The server that sent it ended, and nobody knows if the service got it.";

/** Returns the action whose attempt did not end in its lease. */
export function afterCrash(action: ActionRow, at: Date): ActionRow {
  const logged = noted(action, { end: "lost", returned: null, error: LOST, at });
  if (action.repeats_safely && action.tries < TRIES_MAX)
    return { ...logged, status: "approved", due_at: at.toISOString(), error_message: LOST };
  return inDoubt(logged, at, LOST);
}

/** Returns the action in doubt whose look-up begins now. */
export const lookingUp = (action: ActionRow, at: Date): ActionRow => ({
  ...action,
  lookups: action.lookups + 1,
  due_at: later(at, LEASE_MS),
});

export function afterLookup(action: ActionRow, found: Found, at: Date): ActionRow {
  switch (found.found) {
    case "executed":
      return executed(noted(action, { end: "executed", returned: found.returned, error: null, at }), at, {
        answer_start: found.returned.start,
      });
    case "nothing":
      if (at < settledAt(action))
        return { ...action, due_at: nextLookup(action.lookups, at) ?? settledAt(action).toISOString() };
      if (action.tries >= TRIES_MAX) return failed(action, at, "The service does not have it, after the last attempt.");
      return { ...action, status: "approved", due_at: at.toISOString() };
    case "unknown":
      return { ...action, due_at: nextLookup(action.lookups, at) };
    default:
      return found satisfies never;
  }
}

export function failed(action: ActionRow, at: Date, error: string): ActionRow {
  const finished_at = at.toISOString();
  return { ...action, status: "failed", due_at: null, finished_at, error_message: cutText(error), held_since: null };
}

export function executed(action: ActionRow, at: Date, result: Record<string, unknown> | null): ActionRow {
  const time = at.toISOString();
  return {
    ...action,
    status: "executed",
    due_at: null,
    result,
    error_message: null,
    executed_at: time,
    finished_at: time,
  };
}

function inDoubt(action: ActionRow, at: Date, error: string): ActionRow {
  return { ...action, status: "in_doubt", due_at: nextLookup(0, at), lookups: 0, error_message: cutText(error) };
}

interface Noted {
  end: NonNullable<LoggedAttempt["end"]>;
  returned: Returned | null;
  error: string | null;
  at: Date;
}

/** Adds the end of the last attempt to the log, and makes it the receipt. */
function noted(action: ActionRow, { end, returned, error, at }: Noted): ActionRow {
  const before = action.attempt_log.find(({ attempt }) => attempt === action.attempts);
  const attempt = action.attempts;
  const finished_at = at.toISOString();
  const started_at = before?.started_at ?? finished_at;
  const request_id = before?.request_id ?? keyOf(action);
  const { response_status = null, external_id = null, external_url = null, start = null } = returned ?? {};
  const entry: LoggedAttempt = {
    attempt,
    started_at,
    finished_at,
    request_id,
    end,
    response_status,
    start,
    error: error === null ? null : cutText(error),
    next_attempt_at: null,
  };
  const receipt: Receipt = { attempt, started_at, finished_at, request_id, response_status, external_id, external_url };
  return { ...action, receipt, attempt_log: withAttempt(action.attempt_log, entry) };
}
