/** Keeps the data on screen up to date: each fact of the live feed names the areas to read again. */
import type { Fact, FactType, LiveEvent } from "@bailiwick/sdk";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { addChange } from "./changes.ts";
import { type FeedState, followFeed } from "./feed.ts";
import { firstEvent, forgetFirstAnswers } from "./first-answers.ts";
import { useSession } from "./session.tsx";
import { useSignIns } from "./signed-out.ts";

export interface LiveState {
  state: FeedState;
  sinceMs: number;
}

const Context = createContext<LiveState>({ state: "connecting", sinceMs: 0 });
export const useLiveState = (): LiveState => useContext(Context);

/** The word before the dot. */
type FactArea<T> = T extends `${infer Area}.${string}` ? Area : never;

/** The areas of the API that a fact changes. An area of facts that is missing here does not compile. */
const AREAS: Readonly<Record<FactArea<FactType>, readonly string[]>> = {
  task: ["tasks"],
  attachment: ["attachments"],
  message: ["messages", "threads"],
  agent: ["agents", "team", "tiers"],
  key: ["keys", "tiers"],
  device: ["keys", "agents"],
  member: ["members", "invitations"],
  invitation: ["invitations", "members"],
  role: ["team"],
  rules: ["team"],
  tier: ["tiers"],
  session: ["sessions"],
  workspace: ["workspaces"],
  person: ["members"],
  inbox: ["snoozes"],
  demo: ["demo"],
  events: ["obs", "risk"],
  prices: ["obs"],
  fee: ["obs"],
  run: ["obs"],
  webhook: ["webhooks"],
  channel: ["channels"],
  alert: ["alerts"],
  alert_rule: ["alerts", "tiers"],
  policy: ["risk", "caps"],
  risk: ["risk", "caps", "agents"],
  stop: ["stops"],
  connection: ["connections"],
  audit: ["audit"],
  content: ["redactions", "messages", "threads", "tasks"],
  governance: ["governance"],
  action: ["actions"],
  rule: ["actions"],
  bypass: ["actions"],
  gate: ["gate"],
  social: ["social", "agents"],
  model_call: ["obs"],
  secrets: [],
};

function areasOf(type: string): readonly string[] {
  const [area = ""] = type.split(".");
  // A newer server may write types of other areas.
  return Object.hasOwn(AREAS, area) ? AREAS[area as keyof typeof AREAS] : [];
}

/** Facts that arrive within this time are handled in one round. */
const GATHER_MS = 150;
/** The shortest time between two rounds, because facts can arrive by the hundred. */
const ROUND_MS = 1_000;

type FactListener = (fact: Fact) => void;
const factListeners = new Set<FactListener>();

/** Calls the listener with every fact of the workspace until the returned function is called. */
export function onFact(listener: FactListener): () => void {
  factListeners.add(listener);
  return () => factListeners.delete(listener);
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const signIns = useSignIns();
  const [live, setLive] = useState<LiveState>({ state: "connecting", sinceMs: Date.now() });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the feed of an ended session starts again after a sign-in.
  useEffect(() => {
    const refresh = createRefresh(cache, workspace.id);
    const from = firstEvent(workspace.id);
    // With `from`, the feed repeats what happened since the page was made. Otherwise data that was read before the stream
    // was open may be old.
    let isWhole = from !== undefined;
    const stop = followFeed(client, workspace.id, from, {
      onEvent: (event) => refresh.add(event),
      onState: (state, sinceMs) => {
        setLive({ state, sinceMs });
        if (state === "live" && !isWhole) refresh.all();
        if (state !== "connecting") isWhole = state === "live";
      },
    });
    return () => {
      stop();
      refresh.stop();
    };
  }, [cache, client, workspace.id, signIns]);
  return <Context value={live}>{children}</Context>;
}

/** Collects the areas and ids of facts, and invalidates their queries in rounds. */
function createRefresh(cache: QueryClient, workspace: string) {
  const areas = new Set<string>();
  const ids = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  let lastRound = 0;
  const plan = () => {
    if (timer !== undefined || isReading) return;
    timer = setTimeout(flush, Math.max(GATHER_MS, lastRound + ROUND_MS - Date.now()));
  };
  // Only one round runs at a time, so that a page on a slow line can finish reading.
  const flush = async () => {
    timer = undefined;
    isReading = true;
    lastRound = Date.now();
    const [inAreas, withIds] = [new Set(areas), new Set(ids)];
    areas.clear();
    ids.clear();
    const isTouched = (key: readonly unknown[]) =>
      key[0] === workspace && inAreas.has(String(key[1])) && (key[2] !== "get" || withIds.has(String(key[3])));
    // A hidden tab reads when it becomes visible.
    const refetchType = document.hidden ? "none" : "active";
    await cache.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey), refetchType });
    isReading = false;
    if (areas.size > 0) plan();
  };
  return {
    add(event: LiveEvent) {
      forgetFirstAnswers();
      if (event.event === "reset") return this.all();
      const { type, subject } = event.data;
      for (const area of areasOf(type)) {
        areas.add(area);
        addChange(workspace, area, subject.id);
      }
      ids.add(subject.id);
      plan();
      for (const listener of factListeners) listener(event.data);
    },
    all() {
      forgetFirstAnswers();
      void cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === workspace });
    },
    stop: () => clearTimeout(timer),
  };
}
