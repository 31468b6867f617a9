/** Wakes other processes on the same database: NOTIFY after a commit, and one connection that listens. */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";
import type { Sender, Signals, Whose } from "../kernel/signals.ts";
import { type ServerKeys, serverName } from "./server-name.ts";

export interface Notifier {
  /** Notifies the other processes. It never fails, and callers do not wait for it. */
  sender: Sender;
  /** Listens until closed. Resolves when it listens for the first time. */
  listen(signals: Pick<Signals, "wake" | "forgetCredentials">): Promise<void>;
  /** While it is false, this process does not notice changes of other processes. */
  isListening(): boolean;
  /**
   * The seconds that the last notification about facts took to come back to this process, or has waited until now;
   * undefined before the first one.
   */
  lagSeconds(): number | undefined;
  close(): Promise<void>;
}

export interface NotifierOptions {
  /** For the listening connection, which must reach the database server directly and not through a pooler. */
  connection: pg.ClientConfig;
  pool: pg.Pool;
  log: Logger;
  /** Called when the listening connection was lost. */
  onLost?: () => void;
  /** The master keys of this process. Others read them from the name of the connection. */
  keys?: () => ServerKeys;
}

const FACTS = "bailiwick_facts";
const CREDENTIALS = "bailiwick_credentials";
/** The most ids in one notification; more ids become "all". A payload holds 8,000 bytes. */
const NAMED_MAX = 100;
/** Every NOTIFY takes a lock of the whole database, so notifications about facts have a minimum interval. */
const FACTS_INTERVAL_MS = 50;
/** Every process must forget a revoked key, so a failed notification is sent again. */
const RETRY_MS = 500;
/** The interval of the statement that detects a dead connection. */
const PROBE_MS = 10_000;
/** The connection counts as lost when a statement takes longer. */
const ANSWER_TIMEOUT_MS = 5_000;

export function createNotifier(options: NotifierOptions): Notifier {
  const { connection, pool, log, onLost = () => undefined, keys = () => ({ ids: [], isFixed: false }) } = options;
  // Every payload begins with this id, so that a process ignores its own notifications.
  const self = randomBytes(8).toString("hex");
  const announcer = (channel: string, intervalMs: number, onSend: () => void = () => undefined) =>
    createAnnouncer((whose) => {
      onSend();
      const ids = whose === "all" ? ["all"] : whose;
      return pool.query(notification(channel, [self, ...ids].join(" ")));
    }, intervalMs);
  const lag = createLag();
  const facts = announcer(FACTS, FACTS_INTERVAL_MS, lag.sent);
  const credentials = announcer(CREDENTIALS, 0);
  let listener: Listener | undefined;
  return {
    sender: {
      facts: facts.announce,
      credentials: credentials.announce,
    },
    async listen(signals) {
      listener = new Listener({ connection, log, onLost, keys, self, signals, onOwn: lag.received });
      await listener.start();
    },
    isListening: () => listener?.isListening ?? false,
    lagSeconds: lag.seconds,
    async close() {
      facts.stop();
      credentials.stop();
      await listener?.close();
    },
  };
}

/** Measures one notification at a time: those that are sent until it comes back are not measured. */
function createLag() {
  let sentMs: number | undefined;
  let lastMs: number | undefined;
  return {
    sent: () => {
      sentMs ??= performance.now();
    },
    received: () => {
      if (sentMs !== undefined) lastMs = performance.now() - sentMs;
      sentMs = undefined;
    },
    seconds: () => {
      const waitedMs = sentMs === undefined ? 0 : performance.now() - sentMs;
      return lastMs === undefined && sentMs === undefined ? undefined : Math.max(lastMs ?? 0, waitedMs) / 1_000;
    },
  };
}

function union(one: Whose, other: Whose): Whose {
  if (one === "all" || other === "all") return "all";
  const ids = new Set([...one, ...other]);
  return ids.size > NAMED_MAX ? "all" : [...ids];
}

/** Reads the ids that follow the sender in a payload. */
function whoseOf(named: readonly string[]): Whose {
  return named.length === 0 || named.includes("all") ? "all" : named;
}

/** Sends at once, then at most once per interval, one at a time. A failed notification is sent again until it succeeds. */
function createAnnouncer(notify: (whose: Whose) => Promise<unknown>, intervalMs: number) {
  let unsent: Whose = [];
  let isStopped = false;
  /** Set from the start of a notification until the next one may start. */
  let pause: Promise<unknown> | undefined;

  function next(): void {
    if (pause || isStopped || unsent.length === 0) return;
    pause = send().then(() => {
      pause = undefined;
      next();
    });
  }

  async function send(): Promise<void> {
    const sending = unsent;
    unsent = [];
    const interval = wait(intervalMs, undefined, { ref: false });
    try {
      await notify(sending);
      await interval;
    } catch {
      unsent = union(sending, unsent);
      await wait(RETRY_MS, undefined, { ref: false });
    }
  }

  return {
    announce(whose: Whose) {
      unsent = union(unsent, whose);
      next();
    },
    stop() {
      isStopped = true;
    },
  };
}

/**
 * A notification has a commit of its own, which need not reach the disk: when the server crashes, every listening
 * connection breaks, and its process reads everything again.
 */
function notification(channel: string, payload: string): pg.QueryConfig {
  // The driver accepts a timeout per query; its types declare it only for a connection.
  const query: pg.QueryConfig & { query_timeout: number } = {
    text: "select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)",
    values: [channel, payload],
    query_timeout: ANSWER_TIMEOUT_MS,
  };
  return query;
}

interface ListenerOptions {
  connection: pg.ClientConfig;
  log: Logger;
  onLost: () => void;
  keys: () => ServerKeys;
  self: string;
  signals: Pick<Signals, "wake" | "forgetCredentials">;
  /** Called for each notification about facts that this process sent. */
  onOwn: () => void;
}

class Listener {
  isListening = false;
  readonly #options: ListenerOptions;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #wasLost = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Connects, and connects again after a loss, until closed. */
  async start(): Promise<void> {
    const { connection, log } = this.#options;
    const client = new pg.Client({
      ...connection,
      application_name: serverName(this.#options.keys()),
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    this.#client = client;
    client.on("notification", ({ channel, payload }) => this.#receive(channel, payload));
    client.on("error", (error) => log.debug({ err: error }, "The listening connection broke."));
    client.once("end", () => this.#lost(client));
    try {
      await client.connect();
      await client.query(`listen ${FACTS}; listen ${CREDENTIALS}`);
    } catch (error) {
      log.debug({ err: error }, "Cannot listen for other processes yet.");
      return this.#lost(client);
    }
    if (this.#isClosed) return;
    if (this.#wasLost) log.info("Connected to the database again.");
    this.#wasLost = false;
    this.isListening = true;
    // Notifications from before this moment were missed, so everything is refreshed.
    this.#options.signals.forgetCredentials("all");
    this.#options.signals.wake("all");
    this.#timer = setTimeout(() => void this.#probe(client), PROBE_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.isListening = false;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #receive(channel: string, payload: string | undefined): void {
    const [sender, ...named] = (payload ?? "").split(" ");
    if (sender === this.#options.self) {
      if (channel === FACTS) this.#options.onOwn();
      return;
    }
    const { wake, forgetCredentials } = this.#options.signals;
    if (channel === FACTS) {
      wake(whoseOf(named));
      return;
    }
    const whose = whoseOf(named);
    forgetCredentials(whose);
    // A change of the master keys arrives as a change of all credentials.
    if (whose === "all" && this.#client) this.#rename(this.#client).catch(() => undefined);
  }

  async #probe(client: pg.Client): Promise<void> {
    try {
      await this.#rename(client);
      if (this.#client === client && !this.#isClosed)
        this.#timer = setTimeout(() => void this.#probe(client), PROBE_MS);
    } catch {
      this.#lost(client);
    }
  }

  async #rename(client: pg.Client): Promise<void> {
    await client.query("select set_config('application_name', $1, false)", [serverName(this.#options.keys())]);
  }

  /** Handles only the first of several reports about one connection. */
  #lost(client: pg.Client): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    client.end().catch(() => undefined);
    clearTimeout(this.#timer);
    if (this.isListening) {
      this.isListening = false;
      this.#wasLost = true;
      this.#options.signals.forgetCredentials("all");
      this.#options.log.warn("The connection to the database was lost; connecting again.");
      this.#options.onLost();
    }
    this.#timer = setTimeout(() => void this.start(), RETRY_MS);
  }
}
