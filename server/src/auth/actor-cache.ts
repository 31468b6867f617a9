/** Remembers for seconds what a credential stands for: looking it up costs as much as the work it asks for. */
import type { Actor } from "../kernel/actor.ts";
import type { Signals } from "../kernel/signals.ts";

const KEPT_MS = 10_000;
const ENTRIES_MAX = 10_000;

export interface FoundActor {
  actor: Actor;
  /** Until the credential expires. */
  livesMs: number;
}

export type ActorCache = (credential: string, find: () => Promise<FoundActor>) => Promise<Actor>;

/** `isTold` is false while changes made elsewhere cannot reach this process; nothing is remembered then. */
export function createActorCache(signals: Signals, isTold: () => boolean): ActorCache {
  const entries = new Map<string, { actor: Actor; until: number }>();
  /** Lookups under way: those who ask for the same side by side wait for one. */
  const looking = new Map<string, { changes: number; found: Promise<Actor> }>();
  let changes = 0;
  signals.onCredentials(() => {
    changes++;
    entries.clear();
  });

  async function look(credential: string, find: () => Promise<FoundActor>): Promise<Actor> {
    const before = changes;
    const since = performance.now();
    const { actor, livesMs } = await find();
    // What was found before a change may no longer be so.
    if (before === changes && isTold()) {
      // Taken out first, so that the order of the map is the order of age.
      entries.delete(credential);
      for (const oldest of entries.keys()) {
        if (entries.size < ENTRIES_MAX) break;
        entries.delete(oldest);
      }
      entries.set(credential, { actor, until: since + Math.min(KEPT_MS, livesMs) });
    }
    return actor;
  }

  return async (credential, find) => {
    const known = entries.get(credential);
    if (known && isTold() && performance.now() < known.until) return known.actor;
    const other = looking.get(credential);
    // Whoever asks after a change must not get what was asked before it.
    if (other && isTold() && other.changes === changes) return other.found;
    const found = look(credential, find);
    const mine = { changes, found };
    looking.set(credential, mine);
    try {
      return await found;
    } finally {
      if (looking.get(credential) === mine) looking.delete(credential);
    }
  };
}
