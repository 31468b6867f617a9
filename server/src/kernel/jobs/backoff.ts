/** Pieces of work that fail wait longer after each failure, so that the rest goes on. */

/** The first wait. Each failure doubles the wait. */
const WAIT_MS = 1_000;
const WAIT_MS_MAX = 3_600_000;
/** The failures in a row before `onStuck` is called, so that a short outage of the database is not reported. */
const FAILURES_REPORTED = 3;
/** The number of pieces of work that are remembered. The oldest are forgotten, so they are tried again. */
const REMEMBERED_MAX = 1_000;

interface Failed {
  failures: number;
  untilMs: number;
}

export interface Backoff {
  /** Returns the ids that wait in this process. */
  ids(): string[];
  /** Returns true while the id waits in this process. */
  waits(id: string): boolean;
  /** Does the work on one id. After a failure it returns undefined and the id waits. */
  attempt<T>(id: string, work: () => Promise<T>): Promise<T | undefined>;
}

/** `onStuck` is called once for each piece of work that fails again and again. */
export function createBackoff(
  onStuck: (id: string, error: unknown) => void,
  {
    nowMs = () => performance.now(),
    failuresReported = FAILURES_REPORTED,
  }: { nowMs?: () => number; failuresReported?: number } = {},
): Backoff {
  const failed = new Map<string, Failed>();
  return {
    ids: () => [...failed].filter(([, { untilMs }]) => untilMs > nowMs()).map(([id]) => id),
    waits: (id) => (failed.get(id)?.untilMs ?? 0) > nowMs(),
    async attempt(id, work) {
      try {
        const result = await work();
        failed.delete(id);
        return result;
      } catch (error) {
        const failures = (failed.get(id)?.failures ?? 0) + 1;
        if (failures === failuresReported) onStuck(id, error);
        failed.delete(id);
        failed.set(id, { failures, untilMs: nowMs() + Math.min(WAIT_MS_MAX, WAIT_MS * 2 ** (failures - 1)) });
        const [oldest] = failed.keys();
        if (failed.size > REMEMBERED_MAX && oldest !== undefined) failed.delete(oldest);
        return undefined;
      }
    },
  };
}
