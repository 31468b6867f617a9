/** Decisions about keys: whether a key is usable, when it ends, and the scopes that it may give. Pure. */
import { AGENT_SCOPES, isAgentScope } from "../auth/schema.ts";
import type { Actor } from "../kernel/actor.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import type { Key, NewKey } from "./schema.ts";

type Life = Pick<Key, "revoked_at" | "expires_at">;

export function isUsable({ revoked_at, expires_at }: Life, now: Date): boolean {
  return revoked_at === null && (expires_at === null || new Date(expires_at) > now);
}

/** Throws when the key is revoked or expired. Such a key never becomes usable again. */
export function requireUsable(key: Life & Pick<Key, "id">, now: Date): void {
  if (isUsable(key, now)) return;
  throw new Problem("conflict", `Key ${key.id} is ${key.revoked_at === null ? "expired" : "revoked"}.`, {
    next_step: "Create a new key.",
  });
}

/**
 * Returns the end of a key: the requested time, to the millisecond, or `otherwise` when none was requested. Throws when
 * the requested time is past or later than `latest`.
 */
export function requireExpiry(
  requested: string | undefined,
  { now, latest, otherwise }: { now: Date; latest: string | null; otherwise: string | null },
): string | null {
  if (requested === undefined) return otherwise;
  const ends = new Date(requested);
  if (Number.isNaN(ends.getTime())) throw invalid("/expires_at", "is not a time that exists.");
  if (ends <= now) throw invalid("/expires_at", `must be after ${now.toISOString()}.`);
  if (latest !== null && ends > new Date(latest)) {
    throw invalid("/expires_at", `must not be after ${latest}, the end of the key with which this key is made.`);
  }
  return ends.toISOString();
}

/** Throws when a key would give a scope that it lacks. */
export function requireScopesOf(maker: Pick<Key, "scopes">, scopes: Key["scopes"]): void {
  const lacking = scopes.find((scope) => !maker.scopes.includes(scope));
  if (!lacking) return;
  throw new Problem("forbidden", `This key cannot give the scope ${lacking}, because it does not have that scope.`, {
    next_step: "Ask an owner or admin of the workspace.",
  });
}

/**
 * Returns the end of the previous secret after a rotation: the end of the overlap, or of the key if that is earlier.
 */
export function previousEnds(
  { before, after, overlapSeconds }: { before: string | null; after: string | null; overlapSeconds: number },
  now: Date,
): string | null {
  if (overlapSeconds === 0) return null;
  const ends = [before, after].flatMap((time) => (time === null ? [] : [Date.parse(time)]));
  return new Date(Math.min(now.getTime() + overlapSeconds * 1_000, ...ends)).toISOString();
}

/** Throws when a field does not fit the kind of key. */
export function requireFittingFields({ kind, agent_id, scopes }: NewKey): void {
  if (kind === "agent" && agent_id === undefined) throw invalid("/agent_id", "is required for an agent key.");
  if (kind === "agent" && scopes?.some((scope) => !isAgentScope(scope)))
    throw invalid(
      "/scopes",
      `may only have ${AGENT_SCOPES.join(", ")} for an agent key. Its permissions are those of agents.`,
    );
  if (kind === "service" && agent_id !== undefined)
    throw invalid("/agent_id", "is not allowed for a service key, which belongs to no agent.");
  if (kind === "service" && scopes === undefined) throw invalid("/scopes", "is required for a service key.");
}

/**
 * Returns the person who calls. A person is responsible for every key, so agents and the server cannot create or adopt
 * keys.
 */
export function requirePerson({ kind, id }: Actor): string {
  if (kind === "user") return id;
  throw new Problem("forbidden", "Only a person who is signed in may do this.", {
    next_step: "Ask an owner or admin of the workspace.",
  });
}
