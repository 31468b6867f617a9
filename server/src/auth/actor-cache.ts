/** Remembers for seconds what a credential stands for: looking it up costs as much as the work it asks for. */
import type { Actor } from "../kernel/actor.ts";
import { concerns, type Signals, type Whose } from "../kernel/signals.ts";

const KEPT_MS = 10_000;
const ENTRIES_MAX = 10_000;

export interface FoundActor {
  actor: Actor;
  /** Until the credential expires. */
  livesMs: number;
}

/** `asked` is all that the lookup depends on: the credential, and the workspace that was asked for. */
export type ActorCache = (asked: string, find: () => Promise<FoundActor>) => Promise<Actor>;

interface Lookup {
  found: Promise<Actor>;
  /** Changes of credentials that came while it ran. What it found may be older than they are. */
  missed: Whose[];
}

/** `isTold` is false while changes made elsewhere cannot reach this process; nothing is remembered then. */
export function createActorCache(signals: Signals, isTold: () => boolean): ActorCache {
  const entries = new Map<string, { actor: Actor; until: number }>();
  /** Lookups under way: those who ask for the same side by side wait for one. */
  const shared = new Map<string, Lookup>();
  const running = new Set<Lookup["missed"]>();
  signals.onCredentials((whose) => {
    for (const missed of running) missed.push(whose);
    for (const [asked, { actor }] of entries) if (concerns(whose, actor)) entries.delete(asked);
  });

  async function look(asked: string, find: () => Promise<FoundActor>, missed: Lookup["missed"]): Promise<Actor> {
    const since = performance.now();
    running.add(missed);
    try {
      const { actor, livesMs } = await find();
      const isCurrent = !missed.some((whose) => concerns(whose, actor));
      if (isCurrent && isTold()) remember(asked, actor, since + Math.min(KEPT_MS, livesMs));
      return actor;
    } finally {
      running.delete(missed);
    }
  }

  function remember(asked: string, actor: Actor, until: number): void {
    // Taken out first, so that the order of the map is the order of age.
    entries.delete(asked);
    for (const oldest of entries.keys()) {
      if (entries.size < ENTRIES_MAX) break;
      entries.delete(oldest);
    }
    entries.set(asked, { actor, until });
  }

  return async (asked, find) => {
    const known = entries.get(asked);
    if (known && isTold() && performance.now() < known.until) return known.actor;
    const other = shared.get(asked);
    // A caller after a change must not get what was looked up before it, and it is not known yet whom that is about.
    if (other && isTold() && other.missed.length === 0) return other.found;
    const missed: Whose[] = [];
    const mine = { found: look(asked, find, missed), missed };
    shared.set(asked, mine);
    try {
      return await mine.found;
    } finally {
      if (shared.get(asked) === mine) shared.delete(asked);
    }
  };
}
