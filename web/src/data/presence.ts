/**
 * The presence of agents, apart from the list of agents. Presence changes all the time and no fact reports it, so it
 * must not mark rows as changed: rows hold what facts report, and each cell reads its agent's presence here.
 */
import type { Agent } from "@bailiwick/sdk";
import { useEffect, useSyncExternalStore } from "react";
import { PRESENCE_EVERY_MS } from "./agents.ts";
import { useSession } from "./session.tsx";

type Presence = Agent["presence"];

const presences = new Map<string, Presence>();
const listeners = new Set<() => void>();

export function notePresences(agents: readonly Pick<Agent, "id" | "presence">[]): void {
  for (const { id, presence } of agents) {
    const { state, last_seen_at, current_tasks } = presences.get(id) ?? {};
    const isSame =
      state === presence.state && last_seen_at === presence.last_seen_at && current_tasks === presence.current_tasks;
    if (!isSame) presences.set(id, presence);
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePresence(id: string): Presence | undefined {
  return useSyncExternalStore(subscribe, () => presences.get(id));
}

interface Page {
  items: readonly Agent[];
  next_cursor: string | null;
}

/**
 * Reads one page of the list every ten seconds: the first page, then the next ones as far as rows are shown. A thousand
 * agents cost no more than ten; the presence of the last rows is as old as one whole round.
 */
export function usePresencePolling(key: string, read: (cursor: string | undefined) => Promise<Page>, shown: number) {
  const { workspace } = useSession();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key identifies the read.
  useEffect(() => {
    let next: string | undefined;
    let seen = 0;
    const timer = setInterval(() => {
      if (document.hidden) return;
      read(next)
        .then(({ items, next_cursor }) => {
          notePresences(items);
          seen += items.length;
          const isRoundOver = next_cursor === null || seen >= shown;
          next = isRoundOver ? undefined : next_cursor;
          if (isRoundOver) seen = 0;
        })
        // The list itself reports that it cannot be read.
        .catch(() => undefined);
    }, PRESENCE_EVERY_MS);
    return () => clearInterval(timer);
  }, [workspace.id, key, shown]);
}
