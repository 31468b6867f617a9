/** Keeps what is shown up to date with the workspace: each fact says which area is read anew. */
import type { Fact, LiveEvent } from "@bailiwick/sdk";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { addChange } from "./changes.ts";
import { type FeedState, followFeed } from "./feed.ts";
import { useSession } from "./session.tsx";

export interface LiveState {
  state: FeedState;
  /** Milliseconds of the epoch. */
  since: number;
}

const Context = createContext<LiveState>({ state: "connecting", since: 0 });
export const useLiveState = (): LiveState => useContext(Context);

/** The areas of the API that a fact changes, by the first word of its type. */
const AREAS: Record<string, readonly string[]> = {
  task: ["tasks"],
  message: ["messages", "threads"],
  agent: ["agents", "team", "tiers"],
  key: ["keys", "tiers"],
  member: ["members", "invitations"],
  invitation: ["invitations", "members"],
  role: ["team"],
  rules: ["team"],
  tier: ["tiers"],
  session: ["sessions"],
  workspace: ["workspaces"],
  person: ["members"],
  demo: ["demo"],
};

/** Facts that belong together come within this. Milliseconds. */
const GATHER_MS = 150;
/** Facts come by the hundred; what they change is read anew at most this often. Milliseconds. */
const ROUND_MS = 1_000;

type FactListener = (fact: Fact) => void;
const factListeners = new Set<FactListener>();

/** For what wants each fact itself: the strip of what happens, and the page that waits for an agent. */
export function onFact(listener: FactListener): () => void {
  factListeners.add(listener);
  return () => factListeners.delete(listener);
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const [live, setLive] = useState<LiveState>({ state: "connecting", since: Date.now() });
  useEffect(() => {
    const stale = createStale(cache, workspace.id);
    let wasLost = true;
    const stop = followFeed(client, workspace.id, {
      onEvent: (event) => stale.take(event),
      onState: (state, since) => {
        setLive({ state, since });
        // What was read before the stream began, or while it was away, may have missed something.
        if (state === "live" && wasLost) stale.everything();
        wasLost = state !== "live";
      },
    });
    return () => {
      stop();
      stale.stop();
    };
  }, [cache, client, workspace.id]);
  return <Context value={live}>{children}</Context>;
}

function createStale(cache: QueryClient, workspace: string) {
  const areas = new Set<string>();
  const ids = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  let lastRound = 0;
  const plan = () => {
    if (timer !== undefined || isReading) return;
    timer = setTimeout(flush, Math.max(GATHER_MS, lastRound + ROUND_MS - Date.now()));
  };
  // One round at a time: a page on a slow line reads its fill before it is told again.
  const flush = async () => {
    timer = undefined;
    isReading = true;
    lastRound = Date.now();
    const [inAreas, withIds] = [new Set(areas), new Set(ids)];
    areas.clear();
    ids.clear();
    const isTouched = (key: readonly unknown[]) =>
      key[0] === workspace && inAreas.has(String(key[1])) && (key[2] !== "get" || withIds.has(String(key[3])));
    // A tab that nobody sees reads when it is looked at again.
    const refetchType = document.hidden ? "none" : "active";
    await cache.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey), refetchType });
    isReading = false;
    if (areas.size > 0) plan();
  };
  return {
    take(event: LiveEvent) {
      if (event.event === "reset") return this.everything();
      const { type, subject } = event.data;
      for (const area of AREAS[type.split(".")[0] ?? ""] ?? []) {
        areas.add(area);
        addChange(workspace, area, subject.id);
      }
      ids.add(subject.id);
      plan();
      for (const listener of factListeners) listener(event.data);
    },
    everything() {
      void cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === workspace });
    },
    stop: () => clearTimeout(timer),
  };
}
