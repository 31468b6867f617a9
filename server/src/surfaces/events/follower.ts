/** Reads the fact log of one workspace for all of its streams. */
import type { Logger } from "pino";
import type { Db } from "../../kernel/db/db.ts";
import { factsAfter, type LoggedFact, readHorizon } from "../../kernel/facts/follow.ts";
import type { EpochPosition } from "../../kernel/facts/position.ts";
import type { Signals } from "../../kernel/signals.ts";

export interface Listener {
  /** Receives facts in the order of the log. A listener that has read ahead skips the facts that it has. */
  deliver(facts: readonly LoggedFact[]): void;
  /** Called when the log was replaced. Facts received before no longer count. */
  reset(position: EpochPosition): void;
}

export interface Followers {
  /** Returns the follower of a workspace. It starts with its first user and stops with its last. */
  join(workspace: string): { follower: Follower; leave: () => void };
}

export function createFollowers(db: Db, signals: Signals, options: FollowerOptions): Followers {
  const open = new Map<string, { follower: Follower; users: number }>();
  return {
    join(workspace) {
      const entry = open.get(workspace) ?? { follower: new Follower(workspace, db, signals, options), users: 0 };
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

/** The interval of reads without a signal. A fact may wait for an older transaction that ends without a signal. */
const POLL_MS = 1_000;
/** The interval of reads while facts wait for an older transaction to end. */
const UNSETTLED_MS = 50;
/** The shortest time between two reads. Under load, one read serves all facts of this time. */
const READ_INTERVAL_MS = 25;

export interface FollowerOptions {
  log: Logger;
  pollMs?: number;
}

export class Follower {
  /** Resolves when the follower has a position. */
  readonly started: Promise<void>;
  /** The number of moves. Compare two values to see whether the follower has moved. */
  moves = 0;
  readonly #workspace: string;
  readonly #db: Db;
  readonly #log: Logger;
  readonly #pollMs: number;
  readonly #listeners = new Set<Listener>();
  readonly #unsubscribe: () => void;
  #at: EpochPosition | undefined;
  #isReading = false;
  #isWokenAgain = false;
  #isStopped = false;
  #readAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(workspace: string, db: Db, signals: Signals, { log, pollMs = POLL_MS }: FollowerOptions) {
    this.#workspace = workspace;
    this.#db = db;
    this.#log = log;
    this.#pollMs = pollMs;
    this.#unsubscribe = signals.onFacts(workspace, () => this.#wake());
    this.started = this.#start();
    // Callers that wait get the failure. Without this line, a failure before the first caller would be unhandled.
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
    this.#unsubscribe();
  }

  async #start(): Promise<void> {
    this.#at = await this.#db.read(this.#workspace, readHorizon);
    this.#schedule(this.#pollMs);
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
    let pauseMs = this.#pollMs;
    try {
      pauseMs = await this.#readPage(this.#at);
    } catch (error) {
      this.#log.warn({ err: error, workspace_id: this.#workspace }, "The live feed cannot read the fact log.");
    }
    this.#isReading = false;
    this.#schedule(this.#isWokenAgain ? Math.min(pauseMs, READ_INTERVAL_MS) : pauseMs);
  }

  /** Reads one page. Returns the time to wait before the next read, in milliseconds. */
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
    return page.hasUnsettled ? UNSETTLED_MS : this.#pollMs;
  }

  #move(to: EpochPosition, notify: (listener: Listener) => void): void {
    this.#at = to;
    this.moves++;
    for (const listener of [...this.#listeners]) notify(listener);
  }
}
