/** Decides the state of an account after a sync or a refusal. Pure. */
import type { AccountNote } from "../connections/index.ts";
import { isLater, SYNC_AGAIN_MS, SYNC_EVERY_MS } from "./rules.ts";
import type { AccountRow, Persona } from "./schema.ts";

const ERROR_LENGTH_MAX = 500;

const later = (at: Date, ms: number) => new Date(at.getTime() + ms).toISOString();
const latest = (one: string | null, other: string | undefined): string | null =>
  other === undefined || (one !== null && one > other) ? one : other;

/** Returns the account after an answer with its figures. An account that answers is not suspended. */
export function afterSync(
  account: AccountRow,
  { persona }: { persona?: Persona },
  note: AccountNote | undefined,
  at: Date,
): AccountRow {
  const isUnclaimed = account.state === "unclaimed" && persona?.is_claimed !== true;
  const { karma = 0, followers = 0, following = 0, total_posts = 0 } = persona ?? {};
  return {
    ...account,
    state: isUnclaimed ? "unclaimed" : "active",
    ...(!isUnclaimed && { claim_url: null, verification_code: null }),
    state_reason: null,
    suspended_until: null,
    karma,
    followers,
    following,
    posts: total_posts,
    reads_from: latest(account.reads_from, note?.not_before),
    synced_at: at.toISOString(),
    sync_error: null,
    sync_due_at: later(at, SYNC_EVERY_MS),
  };
}

/** Returns the account after a refusal, or after no answer. */
export function afterNote(account: AccountRow, note: AccountNote | undefined, error: string, at: Date): AccountRow {
  const { state = account.state, reason, until = null, not_before } = note ?? {};
  const isNamed = note?.state !== undefined;
  const again = later(at, isNamed ? SYNC_EVERY_MS : SYNC_AGAIN_MS);
  return {
    ...account,
    state,
    ...(isNamed && { state_reason: reason?.slice(0, ERROR_LENGTH_MAX) ?? null, suspended_until: until }),
    reads_from: latest(account.reads_from, not_before),
    sync_error: error.slice(0, ERROR_LENGTH_MAX).toWellFormed() || "Moltbook did not answer.",
    sync_due_at: isLater(until, at) ? until : again,
  };
}
