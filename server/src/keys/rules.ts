/** What may become of a key, and what a key may give to others. */
import type { Actor } from "../kernel/actor.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import type { Key, NewKey } from "./schema.ts";

type Life = Pick<Key, "revoked_at" | "expires_at">;

export function isUsable({ revoked_at, expires_at }: Life, now: Date): boolean {
  return revoked_at === null && (expires_at === null || new Date(expires_at) > now);
}

/** A key that opens nothing any more stays shut: a new one is made instead. */
export function requireUsable(key: Life & Pick<Key, "id">, now: Date): void {
  if (isUsable(key, now)) return;
  throw new Problem("conflict", `Key ${key.id} is ${key.revoked_at === null ? "expired" : "revoked"}.`, {
    next_step: "Make another key.",
  });
}

/**
 * When a key shall end that ends no later than `latest`: as asked, in the milliseconds that are stored, or `otherwise`.
 */
export function requireExpiry(
  asked: string | undefined,
  { now, latest, otherwise }: { now: Date; latest: string | null; otherwise: string | null },
): string | null {
  if (asked === undefined) return otherwise;
  const ends = new Date(asked);
  if (Number.isNaN(ends.getTime())) throw invalid("/expires_at", "is no moment there is.");
  if (ends <= now) throw invalid("/expires_at", `must be after ${now.toISOString()}.`);
  if (latest !== null && ends > new Date(latest)) {
    throw invalid("/expires_at", `must not be after ${latest}, the end of the key it hangs on.`);
  }
  return ends.toISOString();
}

/** Authority only narrows: a key gives no scope that it lacks. */
export function requireScopesOf(maker: Pick<Key, "scopes">, scopes: Key["scopes"]): void {
  const lacking = scopes.find((scope) => !maker.scopes.includes(scope));
  if (!lacking) return;
  throw new Problem("forbidden", `This key cannot give the scope ${lacking}, which it does not have itself.`, {
    next_step: "Ask an owner or admin of the workspace.",
  });
}

/** When the secret before a rotation stops: after the overlap, and never after the key, as it was or as it becomes. */
export function previousEnds(
  { before, after, overlapSeconds }: { before: string | null; after: string | null; overlapSeconds: number },
  now: Date,
): string | null {
  if (overlapSeconds === 0) return null;
  const ends = [before, after].flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  return new Date(Math.min(now.getTime() + overlapSeconds * 1_000, ...ends)).toISOString();
}

/** The fields that fit each kind of key. */
export function requireFittingFields({ kind, agent_id, scopes }: NewKey): void {
  if (kind === "agent" && agent_id === undefined) throw invalid("/agent_id", "is required for an agent key.");
  if (kind === "agent" && scopes !== undefined)
    throw invalid("/scopes", "an agent key has none; it may what agents may.");
  if (kind === "service" && agent_id !== undefined) throw invalid("/agent_id", "a service key stands for no agent.");
  if (kind === "service" && scopes === undefined) throw invalid("/scopes", "is required for a service key.");
}

/** A key answers to a person: neither an agent nor the server itself makes or adopts one. */
export function requirePerson({ kind, id }: Actor): string {
  if (kind === "user") return id;
  throw new Problem("forbidden", "A person must do this, signed in.", {
    next_step: "Ask an owner or admin of the workspace.",
  });
}
