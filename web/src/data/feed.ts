/**
 * One event stream for all tabs of a browser. The tab that holds a Web Lock leads: it reads the stream and forwards it
 * to the other tabs. When the leader closes, another tab gets the lock and continues after the last event it received.
 *
 * Browsers have locks only on https pages and on this machine's own pages. Elsewhere each visible tab reads its own
 * stream. A hidden tab closes its stream, because a browser opens at most six connections to a server over plain http.
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
  | { kind: "state request"; tab: string; sinceMs: number }
  | { kind: "recent"; tab: string; events: readonly LiveEvent[] }
  | { kind: "alive" };

/** The leader shows this often that it is alive. */
const ALIVE_EVERY_MS = 10_000;
/** The other tabs replace a leader that is silent for this long. */
const SILENCE_MAX_MS = 35_000;
const STALE_AFTER_MS = 15_000;
/** The wait after each attempt to lead, before the next. */
const NEXT_LEAD_MS = 2_000;
/** A new tab gets the events since its page was made, from as many of the last ones. */
const RECENT_MAX = 500;

/** `from`: the event after which the page was made. Without it the feed starts now. */
export function followFeed(
  client: Client,
  workspace: string,
  from: string | undefined,
  listener: FeedListener,
): () => void {
  const ended = new AbortController();
  const stream = { client, listener, ended: ended.signal, lastEventId: from, recent: [] };
  if ("locks" in navigator) shareStream(stream, `bailiwick-live:${workspace}`);
  else void readWhileVisible({ ...stream, heardAtMs: Date.now() });
  return () => ended.abort();
}

function shareStream(stream: Omit<Tab, "channel" | "heardAtMs" | "lead">, name: string): void {
  const channel = new BroadcastChannel(name);
  const tab: Tab = { ...stream, channel, heardAtMs: Date.now() };
  // An address over plain http has no `randomUUID`, and no shared stream either.
  const id = crypto.randomUUID();
  channel.onmessage = ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind !== "recent") receive(tab, data);
    else if (data.tab === id) for (const event of data.events) handleEvent(tab, event);
  };
  // The server made the page after the browser began to load it.
  channel.postMessage({ kind: "state request", tab: id, sinceMs: performance.timeOrigin } satisfies TabMessage);
  void waitForLead(tab, name);
  // A frozen leader keeps the lock and sends nothing, so a tab that notices the silence takes the lock.
  const watch = setInterval(() => {
    if (tab.lead || Date.now() - tab.heardAtMs < SILENCE_MAX_MS) return;
    tab.heardAtMs = Date.now();
    void tryLead(tab, name, { steal: true });
  }, ALIVE_EVERY_MS);
  tab.ended.addEventListener("abort", () => {
    clearInterval(watch);
    channel.close();
  });
}

interface Tab {
  client: Client;
  /** Undefined in a tab that reads its own stream. */
  channel?: BroadcastChannel;
  listener: FeedListener;
  ended: AbortSignal;
  lastEventId: string | undefined;
  /** The last events, the oldest first. */
  recent: { event: LiveEvent; atMs: number }[];
  heardAtMs: number;
  /** The last state of the connection; only set in the tab that leads. */
  lead?: { state: FeedState; sinceMs: number } | undefined;
}

function receive(tab: Tab, message: TabMessage): void {
  if (message.kind === "state request") {
    if (!tab.lead) return;
    post(tab, { kind: "state", ...tab.lead });
    const events = tab.recent.filter(({ atMs }) => atMs >= message.sinceMs).map(({ event }) => event);
    if (events.length > 0) post(tab, { kind: "recent", tab: message.tab, events });
    return;
  }
  tab.heardAtMs = Date.now();
  if (tab.lead) return;
  if (message.kind === "event") handleEvent(tab, message.event);
  if (message.kind === "state") tab.listener.onState(message.state, message.sinceMs);
}

function post(tab: Tab, message: TabMessage): void {
  if (!tab.ended.aborted) tab.channel?.postMessage(message);
}

function handleEvent(tab: Tab, event: LiveEvent): void {
  tab.lastEventId = event.id;
  tab.recent = [...tab.recent.slice(1 - RECENT_MAX), { event, atMs: Date.now() }];
  tab.listener.onEvent(event);
}

async function waitForLead(tab: Tab, name: string): Promise<void> {
  while (!tab.ended.aborted) {
    await tryLead(tab, name, { signal: tab.ended });
    await wait(NEXT_LEAD_MS, tab.ended);
  }
}

/** Returns when the tab closes, when another tab took the lock, or when the lock cannot be had. */
async function tryLead(tab: Tab, name: string, options: LockOptions): Promise<void> {
  const taken = new AbortController();
  try {
    // The lock API allows no signal together with `steal`; the stream itself ends with the tab.
    await navigator.locks.request(name, options, () => lead(tab, AbortSignal.any([tab.ended, taken.signal])));
  } catch {
    // Another tab took the lock, because this one was silent. Its own stream must end.
    taken.abort();
  }
}

async function readWhileVisible(tab: Tab): Promise<void> {
  while (!tab.ended.aborted) {
    await untilVisibility("visible", tab.ended);
    const hidden = new AbortController();
    const reading = AbortSignal.any([tab.ended, hidden.signal]);
    void untilVisibility("hidden", reading).then(() => hidden.abort());
    // An unexpected error ends this attempt only.
    await lead(tab, reading).catch(() => undefined);
    hidden.abort();
    await wait(NEXT_LEAD_MS, tab.ended);
  }
}

/** Returns when the page has this visibility, or when `signal` is aborted. */
async function untilVisibility(state: DocumentVisibilityState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && document.visibilityState !== state) {
    await until(signal, (done, end) => document.addEventListener("visibilitychange", done, { signal: end }));
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return until(signal, (done, end) => {
    const timer = setTimeout(done, ms);
    end.addEventListener("abort", () => clearTimeout(timer));
  });
}

/** Returns when `start` calls `done`, or when `signal` is aborted. Then aborts `end`. */
async function until(signal: AbortSignal, start: (done: () => void, end: AbortSignal) => void): Promise<void> {
  if (signal.aborted) return;
  const end = new AbortController();
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { signal: end.signal });
    start(resolve, end.signal);
  });
  end.abort();
}

/** Reads the stream until `signal` is aborted or the session ends. */
async function lead(tab: Tab, signal: AbortSignal): Promise<void> {
  const setState = (state: FeedState, sinceMs = Date.now()) => {
    if (signal.aborted) return;
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
    while (!signal.aborted) {
      const connection = untilOnline(signal, () => setState("reconnecting"));
      const events = tab.client.live({ lastEventId: tab.lastEventId, signal: connection, onConnection });
      for await (const event of events) {
        if (signal.aborted) return;
        handleEvent(tab, event);
        post(tab, { kind: "event", event });
      }
    }
  } catch (error) {
    if (!(error instanceof BailiwickError)) throw error;
    setState("ended");
    // Keep the lock, so that the other tabs do not call a server that has refused.
    await until(signal, () => undefined);
  } finally {
    clearInterval(alive);
    tab.lead = undefined;
  }
}

/**
 * The browser knows of a lost network long before the stream notices its silence. Calls `onOffline` at the loss. The
 * returned signal is aborted when the network is back, so that a new connection replaces the old one at once.
 */
function untilOnline(signal: AbortSignal, onOffline: () => void): AbortSignal {
  const back = new AbortController();
  const ended = AbortSignal.any([signal, back.signal]);
  addEventListener("offline", onOffline, { signal: ended });
  addEventListener("online", () => back.abort(), { signal: ended });
  return ended;
}
