/** Callers that need the same lock wait in a queue of the process, without a connection. */
import { Problem } from "../problem.ts";

/** Another transaction has the lock. This transaction runs again, without locks, when its turn comes. */
export class LockTaken extends Problem {
  readonly lock: string;

  constructor(lock: string, detail: string) {
    super("overloaded", detail, { retry_after_seconds: 1, next_step: "Send the same request again." });
    this.lock = lock;
  }
}

export interface LockQueues {
  /**
   * Resolves when the callers before have left. Returns a function that leaves the queue; undefined when too many
   * callers wait or the wait took too long.
   */
  enter(name: string): Promise<(() => void) | undefined>;
}

export function createLockQueues({ waitingMax, waitMs }: { waitingMax: number; waitMs: number }): LockQueues {
  /** The callers that wait for each taken lock, oldest first. */
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
