/** Decides about actions: which step may follow which state, and what an attempt leads to. Pure. */
import { Problem } from "../kernel/problem.ts";
import { requireFrom, type Step } from "../kernel/steps.ts";
import { type ActionRow, type ActionStatus, ATTEMPTS_SHOWN, ERROR_LENGTH_MAX, type LoggedAttempt } from "./schema.ts";

/** The states of an action. `send` and the steps after it are those of the server. */
export const STEPS = {
  approve: { from: ["pending"], to: "approved" },
  reject: { from: ["pending"], to: "rejected" },
  cancel: { from: ["pending"], to: "canceled" },
  expire: { from: ["pending"], to: "expired" },
  send: { from: ["approved"], to: "executing" },
  repeat: { from: ["executing", "in_doubt"], to: "approved" },
  ask_back: { from: ["executing"], to: "awaiting_verification" },
  doubt: { from: ["executing"], to: "in_doubt" },
  execute: { from: ["executing", "awaiting_verification", "in_doubt"], to: "executed" },
  fail: { from: ["approved", "executing", "awaiting_verification", "in_doubt"], to: "failed" },
  resolve: { from: ["in_doubt"], to: "executed or failed" },
  retry: { from: ["failed"], to: "approved" },
} as const satisfies Record<string, Step<ActionStatus>>;

/** The attempts after an approval or a retry of a person. */
export const TRIES_MAX = 5;
/** Longer than any attempt of an adapter. */
export const LEASE_MS = 90_000;
/** An attempt that does not begin in this time after it was taken sends nothing. */
export const BEGINS_WITHIN_MS = 15_000;
/** The wait before the next look at the action of a paused agent. */
export const PARKED_MS = 5_000;
const WAITS_MS = [5_000, 30_000, 120_000, 600_000] as const;
const JITTER = 0.2;
const WAIT_MS_MAX = 86_400_000;
/** The waits before the look-ups of an action in doubt. The first is short, because most crashes are. */
const LOOKUP_WAITS_MS = [2_000, 30_000, 300_000] as const;

type Decided = Pick<ActionRow, "id" | "status">;

export function isOver({ status, expires_at, held_since }: TimedAction, at: Date): boolean {
  return status === "pending" && held_since === null && Date.parse(expires_at) <= at.getTime();
}
type TimedAction = Pick<ActionRow, "status" | "expires_at" | "held_since">;

/** Throws when the action was decided, or nobody decided it in time. */
export function requirePending({ id, status }: Decided, step: "approve" | "reject" | "cancel"): void {
  requireFrom<ActionStatus>(STEPS[step], step, status, () =>
    status === "expired"
      ? expired(id)
      : new Problem("already_decided", `Action ${id} is already ${status.replaceAll("_", " ")}.`, { status }),
  );
}

export const expired = (id: string) =>
  new Problem("expired", `Action ${id} expired before anybody decided.`, {
    next_step: "Let the agent propose it again.",
  });

/** Throws when the payload is not the one that the person saw. */
export function requireSeen(hash: string | undefined, { payload_hash }: Pick<ActionRow, "payload_hash">): void {
  if (hash === undefined || hash === payload_hash) return;
  throw new Problem("payload_changed", "The payload is not the one that you saw.", {
    payload_hash,
    next_step: "Read the action again, and decide about its payload.",
  });
}

/** Throws when the connection or its tool is not the one of the approval. */
export function requireUnmoved(approved: string | null, target: string): void {
  if (approved === null || approved === target) return;
  throw new Problem("conflict", "The connection changed after the approval.");
}

/** Throws while a stop holds the action. */
export function requireNotHeld({ id, held_since }: Pick<ActionRow, "id" | "held_since">): void {
  if (held_since === null) return;
  throw new Problem("blocked", `A stop holds action ${id}. It waits with its time left.`, {
    blocked: true,
    reason: "A stop forbids actions.",
    held_since,
    next_step: "Lift the stop, then decide.",
  });
}

/** The key of the next attempt: the same for all attempts until a person retries. */
export const keyOf = ({ id, retries }: Pick<ActionRow, "id" | "retries">): string =>
  retries === 0 ? id : `${id}-${retries}`;

/** Returns the wait before the next attempt; undefined after the last one. `chance` is from 0 to 1, for the jitter. */
export function waitMs(tries: number, afterMs: number | null, chance: number): number | undefined {
  const wait = tries < TRIES_MAX ? WAITS_MS[Math.max(0, tries - 1)] : undefined;
  if (wait === undefined) return undefined;
  return Math.min(WAIT_MS_MAX, Math.max(Math.round(wait * (1 + JITTER * (2 * chance - 1))), afterMs ?? 0));
}

/** A service may still work on a request, or its list may lag: from this time after the attempt on, nothing found counts. */
const SETTLED_MS = 300_000;

/** Returns the time from which a look-up that finds nothing says that nothing was made. */
export function settledAt({ attempt_log, decided_at }: Pick<ActionRow, "attempt_log" | "decided_at">): Date {
  const { finished_at = null, started_at = null } = attempt_log.at(-1) ?? {};
  return new Date(Date.parse(finished_at ?? started_at ?? decided_at ?? "") + SETTLED_MS);
}

/** Returns the time of the next look-up; null after the last one. */
export function nextLookup(lookups: number, at: Date): string | null {
  const wait = LOOKUP_WAITS_MS[lookups];
  return wait === undefined ? null : new Date(at.getTime() + wait).toISOString();
}

/** Returns the log with the attempt in place of its earlier entry, and at most the last attempts. */
export function withAttempt(log: readonly LoggedAttempt[], entry: LoggedAttempt): LoggedAttempt[] {
  const others = log.filter(({ attempt }) => attempt !== entry.attempt);
  return [...others, entry].slice(-ATTEMPTS_SHOWN);
}

/** The database holds no NUL, and half of a surrogate pair is no text. */
export const cutText = (text: string, most = ERROR_LENGTH_MAX): string =>
  text.replaceAll("\u0000", "").slice(0, most).toWellFormed() || "No reason was given.";

/** The sentence that the agent gets when its action ended or is in doubt. */
export function messageOf(action: ActionRow): string {
  const { action_type, service_type, status, decision_reason, error_message, receipt } = action;
  const name = `Your action ${action_type} (${service_type})`;
  const because = (reason: string | null) => (reason === null ? "" : ` Reason: ${reason}`);
  const id = ` Action: ${action.id}`;
  switch (status) {
    case "executed":
      return `${name} was executed.${receipt?.external_url ? ` See ${receipt.external_url}.` : ""}${id}`;
    case "failed":
      return `${name} failed.${because(error_message)}${id}`;
    case "rejected":
      return `${name} was rejected.${because(decision_reason)}${id}`;
    case "expired":
      return `${name} expired: nobody decided in time.${id}`;
    case "canceled":
      return `${name} was canceled.${id}`;
    case "in_doubt":
      return `${name} is in doubt: it may have been sent. A person says what happened; do not propose it again before.${id}`;
    default:
      return `${name} is ${status}.${id}`;
  }
}
