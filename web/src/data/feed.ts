/**
 * One event stream for all tabs of a browser. The tab that holds a Web Lock leads: it reads the stream and forwards it
 * to the other tabs. When the leader closes, another tab gets the lock and continues after the last event it received.
 */
import { BailiwickError, type Client, type LiveEvent } from "@bailiwick/sdk";

/** `stale`: the stream has been lost for a while, so the data on screen may be old. */
export type FeedState = "connecting" | "live" | "reconnecting" | "stale" | "ended";

export interface FeedListener {
  onEvent: (event: LiveEvent) => void;
  /** `sinceMs`: the time of the change, or of the loss of the connection, in milliseconds of the epoch. */
  onState: (state: FeedState, sinceMs: number) => void;
}

type TabMessage =
  | { kind: "event"; event: LiveEvent }
  | { kind: "state"; state: FeedState; sinceMs: number }
  | { kind: "state request" }
  | { kind: "alive" };

/** The leader shows this often that it is alive. */
const ALIVE_EVERY_MS = 10_000;
/** The other tabs replace a leader that is silent for this long. */
const SILENCE_MAX_MS = 35_000;
const STALE_AFTER_MS = 15_000;

export function followFeed(client: Client, workspace: string, listener: FeedListener): () => void {
  const name = `bailiwick-live:${workspace}`;
  const channel = new BroadcastChannel(name);
  const ended = new AbortController();
  const tab: Tab = { client, channel, listener, ended: ended.signal, lastEventId: undefined, heardAtMs: Date.now() };
  channel.onmessage = ({ data }: MessageEvent<TabMessage>) => receive(tab, data);
  channel.postMessage({ kind: "state request" } satisfies TabMessage);
  void waitForLead(tab, name, false);
  // A frozen leader keeps the lock and sends nothing, so a tab that notices the silence takes the lock.
  const watch = setInterval(() => {
    if (tab.lead || Date.now() - tab.heardAtMs < SILENCE_MAX_MS) return;
    tab.heardAtMs = Date.now();
    void waitForLead(tab, name, true);
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
  heardAtMs: number;
  /** The last state of the connection; only set in the tab that leads. */
  lead?: { state: FeedState; sinceMs: number } | undefined;
}

function receive(tab: Tab, message: TabMessage): void {
  if (message.kind === "state request") {
    if (tab.lead) post(tab, { kind: "state", ...tab.lead });
    return;
  }
  tab.heardAtMs = Date.now();
  if (tab.lead) return;
  if (message.kind === "event") handleEvent(tab, message.event);
  if (message.kind === "state") tab.listener.onState(message.state, message.sinceMs);
}

function post(tab: Tab, message: TabMessage): void {
  if (!tab.ended.aborted) tab.channel.postMessage(message);
}

function handleEvent(tab: Tab, event: LiveEvent): void {
  tab.lastEventId = event.id;
  tab.listener.onEvent(event);
}

async function waitForLead(tab: Tab, name: string, steal: boolean): Promise<void> {
  // The lock API allows no signal together with `steal`; the stream itself ends with the tab.
  const options = steal ? { steal } : { signal: tab.ended };
  try {
    await navigator.locks.request(name, options, () => lead(tab));
  } catch {
    // The tab closes, or another tab took the lock because this one was silent.
    tab.lead = undefined;
    if (!tab.ended.aborted) void waitForLead(tab, name, false);
  }
}

/** Reads the stream until the tab closes or the session ends. */
async function lead(tab: Tab): Promise<void> {
  const setState = (state: FeedState, sinceMs = Date.now()) => {
    tab.lead = { state, sinceMs };
    tab.listener.onState(state, sinceMs);
    post(tab, { kind: "state", state, sinceMs });
  };
  setState("connecting");
  const alive = setInterval(() => {
    post(tab, { kind: "alive" });
    const { state, sinceMs } = tab.lead ?? {};
    const isLost = state === "reconnecting" && sinceMs !== undefined;
    if (isLost && Date.now() - sinceMs > STALE_AFTER_MS) setState("stale", sinceMs);
  }, ALIVE_EVERY_MS / 2);
  try {
    const onConnection = (isOpen: boolean) => {
      if (isOpen) setState("live");
      else if (tab.lead?.state === "live" || tab.lead?.state === "connecting") setState("reconnecting");
    };
    const events = tab.client.live({ lastEventId: tab.lastEventId, signal: tab.ended, onConnection });
    for await (const event of events) {
      handleEvent(tab, event);
      post(tab, { kind: "event", event });
    }
  } catch (error) {
    if (!(error instanceof BailiwickError)) throw error;
    setState("ended");
    // Keep the lock, so that the other tabs do not call a server that has refused.
    await new Promise((resolve) => tab.ended.addEventListener("abort", resolve));
  } finally {
    clearInterval(alive);
  }
}
