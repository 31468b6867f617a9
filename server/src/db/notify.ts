/** Wakes other processes on the same database: NOTIFY after a commit, and one connection that LISTENs. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Logger } from "pino";
import type { Sender, Signals, Whose } from "../kernel/signals.ts";

export interface Notifier {
  /** Tells the other processes. Never fails and is never waited for. */
  sender: Sender;
  /** Begins to listen and goes on for good; resolves when it listens for the first time. */
  listen(signals: Pick<Signals, "wakeAll" | "forgetCredentials">): Promise<void>;
  /** While it is false, changes made by other processes go unnoticed here. */
  isListening(): boolean;
  close(): Promise<void>;
}

export interface NotifierOptions {
  /** For the listening connection, which must reach the server itself and no pooler. */
  connection: pg.ClientConfig;
  pool: pg.Pool;
  log: Logger;
  /** Called when the listening connection was lost. */
  onLost?: () => void;
}

const FACTS = "bailiwick_facts";
const CREDENTIALS = "bailiwick_credentials";
/** Ids that one notification names; more than that is everybody. A payload has 8,000 bytes. */
const NAMED_MAX = 100;
/** Every NOTIFY takes a lock of the whole database, so those for facts are few. Milliseconds. */
const FACTS_INTERVAL_MS = 20;
/** A revoked key must be forgotten everywhere, so telling is tried until it is done. Milliseconds. */
const RETRY_MS = 500;
/** A connection that died without a word is found out. Milliseconds. */
const PROBE_MS = 10_000;
/** A statement without an answer for so long is a connection that is lost. Milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

export function createNotifier({ connection, pool, log, onLost = () => undefined }: NotifierOptions): Notifier {
  // Every payload begins with it: a process has no use for what it said itself.
  const self = randomBytes(8).toString("hex");
  const notify = (channel: string, payload: string) => pool.query(notification(channel, payload));
  const facts = createAnnouncer(() => notify(FACTS, self), FACTS_INTERVAL_MS);
  let untold: Whose = [];
  const credentials = createAnnouncer(async () => {
    const telling = untold;
    untold = [];
    try {
      await notify(CREDENTIALS, [self, ...(telling === "all" ? ["all"] : telling)].join(" "));
    } catch (error) {
      untold = both(telling, untold);
      throw error;
    }
  }, 0);
  let listener: Listener | undefined;
  return {
    sender: {
      facts: facts.announce,
      credentials(whose) {
        untold = both(untold, whose);
        credentials.announce();
      },
    },
    async listen(signals) {
      listener = new Listener({ connection, log, onLost, self, signals });
      await listener.start();
    },
    isListening: () => listener?.isListening ?? false,
    async close() {
      facts.stop();
      credentials.stop();
      await listener?.close();
    },
  };
}

function both(one: Whose, other: Whose): Whose {
  if (one === "all" || other === "all") return "all";
  const ids = new Set([...one, ...other]);
  return ids.size > NAMED_MAX ? "all" : [...ids];
}

/** Whom a payload names after its sender. */
function whoseOf(named: readonly string[]): Whose {
  return named.length === 0 || named.includes("all") ? "all" : named;
}

/** Sends at once, then at most once in the interval, and again until it was sent. */
function createAnnouncer(tell: () => Promise<unknown>, intervalMs: number) {
  let isDue = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function next(): void {
    timer = undefined;
    if (isDue && !isStopped) void send();
  }

  async function send(): Promise<void> {
    isDue = false;
    timer = setTimeout(next, intervalMs);
    try {
      await tell();
    } catch {
      isDue = true;
      clearTimeout(timer);
      timer = isStopped ? undefined : setTimeout(next, RETRY_MS);
    }
  }

  return {
    announce() {
      isDue = true;
      if (!timer) next();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function notification(channel: string, payload: string): pg.QueryConfig {
  // The driver takes the timeout of one query here; its types know only that of a connection.
  const query: pg.QueryConfig & { query_timeout: number } = {
    text: "select pg_notify($1, $2)",
    values: [channel, payload],
    query_timeout: ANSWER_TIMEOUT_MS,
  };
  return query;
}

interface ListenerOptions {
  connection: pg.ClientConfig;
  log: Logger;
  onLost: () => void;
  self: string;
  signals: Pick<Signals, "wakeAll" | "forgetCredentials">;
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

  /** Connects, and after a loss connects again, until closed. */
  async start(): Promise<void> {
    const { connection, log } = this.#options;
    const client = new pg.Client({
      ...connection,
      application_name: "bailiwick listen",
      query_timeout: ANSWER_TIMEOUT_MS,
    });
    this.#client = client;
    client.on("notification", ({ channel, payload }) => this.#hear(channel, payload));
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
    // Whatever was said before this moment was not heard.
    this.#options.signals.forgetCredentials("all");
    this.#options.signals.wakeAll();
    this.#timer = setTimeout(() => void this.#probe(client), PROBE_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.isListening = false;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #hear(channel: string, payload: string | undefined): void {
    const [sender, ...named] = (payload ?? "").split(" ");
    if (sender === this.#options.self) return;
    if (channel === FACTS) this.#options.signals.wakeAll();
    else this.#options.signals.forgetCredentials(whoseOf(named));
  }

  async #probe(client: pg.Client): Promise<void> {
    try {
      await client.query("select 1");
      if (this.#client === client && !this.#isClosed)
        this.#timer = setTimeout(() => void this.#probe(client), PROBE_MS);
    } catch {
      this.#lost(client);
    }
  }

  /** The first of several reports about one connection counts. */
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
