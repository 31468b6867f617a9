/** Wakes the waiting callers that a fact concerns, and looks regularly for all waiting callers of a workspace. */
import type { Actor } from "../actor.ts";
import type { Db } from "../db/db.ts";
import type { HotCommand, Query } from "../operation.ts";
import type { Signals, Whose, Written } from "../signals.ts";
import { Lane, type WaitingCaller } from "./lane.ts";

export type PolledOperation = Query | HotCommand;

export interface WaitsOptions {
  db: Db;
  signals: Signals;
  onFailure: (error: unknown) => void;
  /** The longest delay until a missed fact, or a change by time alone, is noticed. */
  lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
/** The shortest time between two looks in one workspace, for any number of facts. */
const LOOK_INTERVAL_MS = 100;

export interface Waits {
  /** The caller receives every wake from now on. */
  join(operation: PolledOperation, actor: Actor): WaitingCaller;
}

export function createWaits(options: WaitsOptions): Waits {
  const groups = new Map<string, Group>();
  options.signals.onCredentials((whose) => {
    for (const group of groups.values()) group.check(whose);
  });
  return {
    join(operation, actor) {
      const name = `${actor.workspace} ${operation.name}`;
      const group = groups.get(name) ?? new Group(operation, actor.workspace, options, () => groups.delete(name));
      groups.set(name, group);
      return group.join(actor.id);
    },
  };
}

/** The callers of one workspace that wait for one operation. */
class Group {
  readonly #lanes = new Map<string, Lane>();
  readonly #operation: PolledOperation;
  readonly #workspace: string;
  readonly #options: WaitsOptions;
  readonly #onEmpty: () => void;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #isWokenAgain = false;

  constructor(operation: PolledOperation, workspace: string, options: WaitsOptions, onEmpty: () => void) {
    this.#operation = operation;
    this.#workspace = workspace;
    this.#options = options;
    this.#onEmpty = onEmpty;
    this.#unsubscribe = options.signals.onFacts(workspace, (facts) => this.#onFacts(facts));
    this.#lookLater();
  }

  join(owner: string): WaitingCaller {
    const lane = this.#lanes.get(owner) ?? new Lane(this.#operation.kind === "hot", () => this.#end(owner));
    this.#lanes.set(owner, lane);
    return lane.join();
  }

  /** Wakes the callers that the change may concern, to check their permission again. */
  check(whose: Whose): void {
    const isForAll = whose === "all" || whose.includes(this.#workspace);
    for (const [owner, lane] of this.#lanes) if (isForAll || whose.includes(owner)) lane.check();
  }

  #end(owner: string): void {
    this.#lanes.delete(owner);
    if (this.#lanes.size > 0) return;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#onEmpty();
  }

  /** Undefined: another process wrote facts with unknown content. */
  #onFacts(facts: readonly Written[] | undefined): void {
    const wakes = this.#operation.poll?.wakes;
    // An unknown fact may concern every owner.
    const concerned = wakes ? facts?.map(({ fact }) => wakes(fact)) : undefined;
    let mayConcernOthers = concerned === undefined;
    for (const { owners, others } of concerned ?? []) {
      for (const owner of owners) this.#lanes.get(owner)?.wake();
      mayConcernOthers ||= others;
    }
    if (mayConcernOthers) this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#isLooking) this.#isWokenAgain = true;
    else this.#lookIn(Math.max(0, this.#lookedAtMs + LOOK_INTERVAL_MS - performance.now()));
  }

  /** A random delay, so that many workspaces do not look at the same time. */
  #lookLater(): void {
    const { lookEveryMs = LOOK_EVERY_MS } = this.#options;
    this.#lookIn(lookEveryMs * (0.75 + Math.random() / 2));
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#isWokenAgain = false;
    this.#lookedAtMs = performance.now();
    try {
      await this.#wakeMarked();
    } catch (error) {
      // If the next looks fail too, the final attempts of the callers fail with the reason.
      this.#options.onFailure(error);
    }
    this.#isLooking = false;
    if (this.#lanes.size === 0) return;
    if (this.#isWokenAgain) this.#lookSoon();
    else this.#lookLater();
  }

  async #wakeMarked(): Promise<void> {
    const marksOf = this.#operation.poll?.marks;
    if (!marksOf) {
      for (const lane of this.#lanes.values()) lane.wake();
      return;
    }
    const owners = [...this.#lanes.keys()];
    const marks = await this.#options.db.read(this.#workspace, (tx) => marksOf(tx, owners));
    for (const [owner, mark] of marks) {
      const lane = this.#lanes.get(owner);
      if (!lane || lane.mark === mark) continue;
      lane.mark = mark;
      lane.wake();
    }
  }
}
