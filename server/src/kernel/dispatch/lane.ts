/** Those who wait for the same: what comes for one owner, asked for by one operation. */

/** Why a wait ended: to look, to ask whether the caller still may, or because the time is up or the caller gone. */
export type Woken = "look" | "check" | "due";

export interface Seat {
  /** Call before an attempt. A wake from then on ends the next `wait`. */
  looking(): void;
  /** Call after an attempt. What one found, others may find more of. */
  looked(found: boolean): void;
  wait(ms: number, abort?: AbortSignal): Promise<Woken>;
  leave(): void;
}

interface Waiter {
  /** Of the lane when its last attempt began. */
  version: number;
  hasTurn: boolean;
  resolve: ((why: Woken) => void) | undefined;
}

/**
 * A wake calls either all of them, or, where what comes can be taken once only, one: who found something hands the wake
 * on, who found nothing ends it, and who leaves before having looked hands it on too.
 */
export class Lane {
  /** What the last look at all owners told of this one. */
  mark: string | undefined;
  readonly #oneByOne: boolean;
  readonly #waiters = new Set<Waiter>();
  readonly #onEmpty: () => void;
  #version = 0;
  #isWakeOpen = false;
  #isTurnTaken = false;

  constructor(oneByOne: boolean, onEmpty: () => void) {
    this.#oneByOne = oneByOne;
    this.#onEmpty = onEmpty;
  }

  wake(): void {
    this.#version++;
    if (this.#oneByOne) {
      this.#isWakeOpen = true;
      this.#giveTurn();
    } else for (const { resolve } of [...this.#waiters]) resolve?.("look");
  }

  check(): void {
    for (const { resolve } of [...this.#waiters]) resolve?.("check");
  }

  join(): Seat {
    const waiter: Waiter = { version: this.#version, hasTurn: false, resolve: undefined };
    this.#waiters.add(waiter);
    return {
      looking: () => {
        waiter.version = this.#version;
      },
      looked: (found) => this.#endTurn(waiter, found),
      wait: (ms, abort) => this.#wait(waiter, ms, abort),
      leave: () => {
        this.#waiters.delete(waiter);
        this.#endTurn(waiter, true);
        if (this.#waiters.size === 0) this.#onEmpty();
      },
    };
  }

  #wait(waiter: Waiter, ms: number, abort: AbortSignal | undefined): Promise<Woken> {
    return new Promise((resolve) => {
      const end = (why: Woken) => {
        waiter.resolve = undefined;
        clearTimeout(timer);
        abort?.removeEventListener("abort", due);
        resolve(why);
      };
      const due = () => end("due");
      const timer = setTimeout(due, ms);
      abort?.addEventListener("abort", due);
      waiter.resolve = end;
      if (abort?.aborted) due();
      else if (this.#oneByOne) this.#giveTurn();
      else if (waiter.version !== this.#version) end("look");
    });
  }

  /** To the one that has waited longest. */
  #giveTurn(): void {
    if (!this.#isWakeOpen || this.#isTurnTaken) return;
    for (const waiter of this.#waiters) {
      if (!waiter.resolve) continue;
      this.#isWakeOpen = false;
      this.#isTurnTaken = true;
      waiter.hasTurn = true;
      waiter.resolve("look");
      return;
    }
  }

  #endTurn(waiter: Waiter, handOn: boolean): void {
    if (!waiter.hasTurn) return;
    waiter.hasTurn = false;
    this.#isTurnTaken = false;
    this.#isWakeOpen ||= handOn;
    this.#giveTurn();
  }
}
