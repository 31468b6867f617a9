/** Callers that need one lock wait for each other in the process, and hold no connection meanwhile. */
import { Problem } from "../problem.ts";

/** Another transaction has the lock. The transaction is run again, with nothing held, when it is its turn. */
export class LockTaken extends Problem {
  readonly lock: string;

  constructor(lock: string, detail: string) {
    super("overloaded", detail, { retry_after_seconds: 1, next_step: "Send the same request again." });
    this.lock = lock;
  }
}

export interface LockQueues {
  /** Resolves when those before it have left, to what leaves. Undefined: too many wait, or it took too long. */
  enter(name: string): Promise<(() => void) | undefined>;
}

export function createLockQueues({ waitingMax, waitMs }: { waitingMax: number; waitMs: number }): LockQueues {
  /** Those who wait for a lock that somebody has, oldest first. */
  const queues = new Map<string, Set<() => void>>();

  function leave(name: string): void {
    const waiting = queues.get(name);
    const [next] = waiting ?? [];
    if (next) next();
    else queues.delete(name);
  }

  return {
    enter(name) {
      const waiting = queues.get(name);
      if (!waiting) {
        queues.set(name, new Set());
        return Promise.resolve(() => leave(name));
      }
      if (waiting.size >= waitingMax) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(begin);
          resolve(undefined);
        }, waitMs);
        const begin = () => {
          clearTimeout(timer);
          waiting.delete(begin);
          resolve(() => leave(name));
        };
        waiting.add(begin);
      });
    },
  };
}
