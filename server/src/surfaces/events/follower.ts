/** One reader of a workspace's fact log, however many streams listen to it. */
import type { Logger } from "pino";
import type { Db } from "../../kernel/db/db.ts";
import { factsAfter, type LoggedFact, readHorizon } from "../../kernel/facts/follow.ts";
import type { EpochPosition } from "../../kernel/facts/position.ts";
import type { Signals } from "../../kernel/signals.ts";

export interface Listener {
  /** Facts in the order of the log. A listener that has read ahead leaves out what it knows. */
  deliver(facts: readonly LoggedFact[]): void;
  /** The log is another one: what was known before counts no more. */
  reset(position: EpochPosition): void;
}

export interface Followers {
  /** The follower of a workspace, started with its first user and stopped with its last. */
  join(workspace: string): { follower: Follower; leave: () => void };
}

export function createFollowers(db: Db, signals: Signals, log: Logger): Followers {
  const open = new Map<string, { follower: Follower; users: number }>();
  return {
    join(workspace) {
      const entry = open.get(workspace) ?? { follower: new Follower(workspace, db, signals, log), users: 0 };
      open.set(workspace, entry);
      entry.users++;
      const leave = () => {
        if (--entry.users > 0) return;
        entry.follower.stop();
        open.delete(workspace);
      };
      return { follower: entry.follower, leave };
    },
  };
}

/** A commit can stay behind an older one that still runs, and that one may end without a word. Milliseconds. */
const POLL_MS = 1_000;
/** Facts are there and will be readable as soon as an older transaction ends. Milliseconds. */
const UNSETTLED_MS = 50;
/** Under load, a read serves all that happened in this time. Milliseconds. */
const READ_INTERVAL_MS = 25;

export class Follower {
  /** Resolves when it has a position. */
  readonly started: Promise<void>;
  /** How often it has moved; compare to find out whether it did meanwhile. */
  moves = 0;
  readonly #workspace: string;
  readonly #db: Db;
  readonly #log: Logger;
  readonly #listeners = new Set<Listener>();
  readonly #deafen: () => void;
  #at: EpochPosition | undefined;
  #isReading = false;
  #isWokenAgain = false;
  #isStopped = false;
  #readAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(workspace: string, db: Db, signals: Signals, log: Logger) {
    this.#workspace = workspace;
    this.#db = db;
    this.#log = log;
    this.#deafen = signals.onFacts(workspace, () => this.#wake());
    this.started = this.#start();
    // Whoever waits for it gets the failure; nobody may be waiting yet.
    this.started.catch(() => undefined);
  }

  get position(): EpochPosition {
    if (!this.#at) throw new Error("The follower has no position before it has started.");
    return this.#at;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#deafen();
  }

  async #start(): Promise<void> {
    this.#at = await this.#db.read(this.#workspace, readHorizon);
    this.#schedule(POLL_MS);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#read(), ms);
  }

  #wake(): void {
    if (this.#isReading) this.#isWokenAgain = true;
    else this.#schedule(Math.max(0, this.#readAtMs + READ_INTERVAL_MS - performance.now()));
  }

  async #read(): Promise<void> {
    if (this.#isReading || !this.#at) return;
    this.#isReading = true;
    this.#isWokenAgain = false;
    this.#readAtMs = performance.now();
    let pauseMs = POLL_MS;
    try {
      pauseMs = await this.#readPage(this.#at);
    } catch (error) {
      this.#log.warn({ err: error, workspace_id: this.#workspace }, "The live feed cannot read the fact log.");
    }
    this.#isReading = false;
    this.#schedule(this.#isWokenAgain ? Math.min(pauseMs, READ_INTERVAL_MS) : pauseMs);
  }

  /** Answers how long to wait before the next one. */
  async #readPage(from: EpochPosition): Promise<number> {
    const page = await this.#db.read(this.#workspace, (tx) => factsAfter(tx, from));
    if (page.epoch !== from.epoch) {
      const now = await this.#db.read(this.#workspace, readHorizon);
      this.#move(now, (listener) => listener.reset(now));
      return 0;
    }
    const last = page.facts.at(-1);
    if (last) this.#move(last.resume, (listener) => listener.deliver(page.facts));
    if (page.hasMore) return 0;
    return page.hasUnsettled ? UNSETTLED_MS : POLL_MS;
  }

  #move(to: EpochPosition, tell: (listener: Listener) => void): void {
    this.#at = to;
    this.moves++;
    for (const listener of [...this.#listeners]) tell(listener);
  }
}
