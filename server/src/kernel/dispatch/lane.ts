/** The callers of one operation that wait for the same owner. */

/**
 * The reason for the end of a wait: `look` for another attempt, `check` to check the permission again, `due` when the
 * time is up or the caller disconnected.
 */
export type Woken = "look" | "check" | "due";

export interface WaitingCaller {
  /** Call before an attempt. A wake from then on ends the next `wait`. */
  startAttempt(): void;
  /** Call after an attempt. When it found something, the next caller makes an attempt too. */
  endAttempt(found: boolean): void;
  wait(ms: number, abort?: AbortSignal): Promise<Woken>;
  leave(): void;
}

interface Waiter {
  /** The version of the lane at the start of the last attempt. */
  version: number;
  hasTurn: boolean;
  resolve: ((why: Woken) => void) | undefined;
}

/**
 * A wake calls all waiting callers. Where only one caller can take the thing, the wake calls one caller: if it finds
 * something or leaves before an attempt, it passes the wake on to the next caller; if it finds nothing, the wake ends.
 */
export class Lane {
  /** The mark of this owner at the last look. */
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

  join(): WaitingCaller {
    const waiter: Waiter = { version: this.#version, hasTurn: false, resolve: undefined };
    this.#waiters.add(waiter);
    return {
      startAttempt: () => {
        waiter.version = this.#version;
      },
      endAttempt: (found) => this.#endTurn(waiter, found),
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

  /** Gives the turn to the caller that has waited longest. */
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

  #endTurn(waiter: Waiter, passesOn: boolean): void {
    if (!waiter.hasTurn) return;
    waiter.hasTurn = false;
    this.#isTurnTaken = false;
    this.#isWakeOpen ||= passesOn;
    this.#giveTurn();
  }
}
