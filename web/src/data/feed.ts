/**
 * One event stream for all tabs of a browser. The tab that holds the lock reads it and tells the others; when it goes,
 * the lock passes to another one, which goes on behind the last event that it heard of.
 */
import { BailiwickError, type Client, type LiveEvent } from "@bailiwick/sdk";

/** `stale`: it has not come back for a while, so what is shown may be old. */
export type FeedState = "connecting" | "live" | "reconnecting" | "stale" | "ended";

export interface FeedListener {
  onEvent: (event: LiveEvent) => void;
  /** `since`: when the connection was lost, in milliseconds of the epoch. */
  onState: (state: FeedState, since: number) => void;
}

type Said =
  | { kind: "event"; event: LiveEvent }
  | { kind: "state"; state: FeedState; since: number }
  | { kind: "ask" }
  | { kind: "alive" };

/** How often the leader shows that it lives, and how long the others believe it. Milliseconds. */
const ALIVE_EVERY_MS = 10_000;
const SILENCE_MAX_MS = 35_000;
/** A stream that has been away so long makes what is shown stale. Milliseconds. */
const STALE_AFTER_MS = 15_000;

export function followFeed(client: Client, workspace: string, listener: FeedListener): () => void {
  const name = `bailiwick-live:${workspace}`;
  const channel = new BroadcastChannel(name);
  const ended = new AbortController();
  const tab: Tab = { client, channel, listener, ended: ended.signal, lastEventId: undefined, heardAt: Date.now() };
  channel.onmessage = ({ data }: MessageEvent<Said>) => hear(tab, data);
  channel.postMessage({ kind: "ask" } satisfies Said);
  void takeTurn(tab, name, false);
  // A leader that froze holds the lock and says nothing; whoever notices takes it over.
  const watch = setInterval(() => {
    if (tab.lead || Date.now() - tab.heardAt < SILENCE_MAX_MS) return;
    tab.heardAt = Date.now();
    void takeTurn(tab, name, true);
  }, ALIVE_EVERY_MS);
  return () => {
    clearInterval(watch);
    ended.abort();
    channel.close();
  };
}

interface Tab {
  client: Client;
  channel: BroadcastChannel;
  listener: FeedListener;
  ended: AbortSignal;
  lastEventId: string | undefined;
  heardAt: number;
  /** What the leader last said of the connection; only in the tab that leads. */
  lead?: { state: FeedState; since: number } | undefined;
}

function hear(tab: Tab, said: Said): void {
  if (said.kind === "ask") {
    if (tab.lead) say(tab, { kind: "state", ...tab.lead });
    return;
  }
  tab.heardAt = Date.now();
  if (tab.lead) return;
  if (said.kind === "event") take(tab, said.event);
  if (said.kind === "state") tab.listener.onState(said.state, said.since);
}

function say(tab: Tab, said: Said): void {
  if (!tab.ended.aborted) tab.channel.postMessage(said);
}

function take(tab: Tab, event: LiveEvent): void {
  tab.lastEventId = event.id;
  tab.listener.onEvent(event);
}

async function takeTurn(tab: Tab, name: string, steal: boolean): Promise<void> {
  // With `steal`, a signal is not allowed; the stream itself ends with the tab.
  const options = steal ? { steal } : { signal: tab.ended };
  try {
    await navigator.locks.request(name, options, () => lead(tab));
  } catch {
    // The tab is going, or another one took the lock over because this one was silent.
    tab.lead = undefined;
    if (!tab.ended.aborted) void takeTurn(tab, name, false);
  }
}

/** Reads the stream until the tab goes or the session ends. */
async function lead(tab: Tab): Promise<void> {
  const tell = (state: FeedState, since = Date.now()) => {
    tab.lead = { state, since };
    tab.listener.onState(state, since);
    say(tab, { kind: "state", state, since });
  };
  tell("connecting");
  const alive = setInterval(() => {
    say(tab, { kind: "alive" });
    const { state, since } = tab.lead ?? {};
    if (state === "reconnecting" && since !== undefined && Date.now() - since > STALE_AFTER_MS) tell("stale", since);
  }, ALIVE_EVERY_MS / 2);
  try {
    const onConnection = (isOpen: boolean) => {
      if (isOpen) tell("live");
      else if (tab.lead?.state === "live" || tab.lead?.state === "connecting") tell("reconnecting");
    };
    const events = tab.client.live({ lastEventId: tab.lastEventId, signal: tab.ended, onConnection });
    for await (const event of events) {
      take(tab, event);
      say(tab, { kind: "event", event });
    }
  } catch (error) {
    if (!(error instanceof BailiwickError)) throw error;
    tell("ended");
    // Keeps the lock, so that not every tab in turn asks a server that has refused.
    await new Promise((resolve) => tab.ended.addEventListener("abort", resolve));
  } finally {
    clearInterval(alive);
  }
}
