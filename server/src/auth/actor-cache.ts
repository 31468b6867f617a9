/** Caches the actors of credentials for some seconds, because a lookup costs as much as an ordinary command. */
import type { Actor } from "../kernel/actor.ts";
import { concerns, type Signals, type Whose } from "../kernel/signals.ts";

const CACHED_MS = 10_000;
const ENTRIES_MAX = 10_000;

export interface FoundActor {
  actor: Actor;
  /** The time until the credential expires. */
  expiresInMs: number;
}

/** `lookupKey` names the credential and the chosen workspace: everything on which the result depends. */
export type ActorCache = (lookupKey: string, find: () => Promise<FoundActor>) => Promise<Actor>;

interface Lookup {
  found: Promise<Actor>;
  /** Changes of credentials that came during the lookup. The result of the lookup may be older than these. */
  missed: Whose[];
}

/**
 * `receivesChanges` returns false while changes by other processes cannot reach this process. Nothing is cached then.
 */
export function createActorCache(signals: Signals, receivesChanges: () => boolean): ActorCache {
  const entries = new Map<string, { actor: Actor; untilMs: number }>();
  /** The running lookups. Concurrent callers with the same lookup key wait for one lookup. */
  const shared = new Map<string, Lookup>();
  const running = new Set<Lookup["missed"]>();
  signals.onCredentials((whose) => {
    for (const missed of running) missed.push(whose);
    for (const [lookupKey, { actor }] of entries) if (concerns(whose, actor)) entries.delete(lookupKey);
  });

  async function look(lookupKey: string, find: () => Promise<FoundActor>, missed: Lookup["missed"]): Promise<Actor> {
    const startedMs = performance.now();
    running.add(missed);
    try {
      const { actor, expiresInMs } = await find();
      const isCurrent = !missed.some((whose) => concerns(whose, actor));
      if (isCurrent && receivesChanges()) remember(lookupKey, actor, startedMs + Math.min(CACHED_MS, expiresInMs));
      return actor;
    } finally {
      running.delete(missed);
    }
  }

  function remember(lookupKey: string, actor: Actor, untilMs: number): void {
    // Delete the entry first, so that the map is in the order of age.
    entries.delete(lookupKey);
    for (const oldest of entries.keys()) {
      if (entries.size < ENTRIES_MAX) break;
      entries.delete(oldest);
    }
    entries.set(lookupKey, { actor, untilMs });
  }

  return async (lookupKey, find) => {
    const known = entries.get(lookupKey);
    if (known && receivesChanges() && performance.now() < known.untilMs) return known.actor;
    const other = shared.get(lookupKey);
    // A caller that comes after a change must not share a lookup that began before. The lookup may be about that actor.
    if (other && receivesChanges() && other.missed.length === 0) return other.found;
    const missed: Whose[] = [];
    const mine = { found: look(lookupKey, find, missed), missed };
    shared.set(lookupKey, mine);
    try {
      return await mine.found;
    } finally {
      if (shared.get(lookupKey) === mine) shared.delete(lookupKey);
    }
  };
}
