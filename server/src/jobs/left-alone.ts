/** Pieces of work that fail go to the back of the line and wait longer each time; the rest goes on. */

/** The first wait; it doubles with every failure. */
const WAIT_MS = 1_000;
const WAIT_MS_MAX = 3_600_000;
/** Failures in a row until it is told: a database that is away for a moment is no news. */
const FAILURES_TOLD = 3;
/** Pieces that are remembered; the oldest are tried again. */
const REMEMBERED_MAX = 1_000;

interface Failed {
  failures: number;
  until: number;
}

export interface LeftAlone {
  /** The ids that wait, in this process. */
  ids(): string[];
  /** Does the work on one thing. A failure is kept here; the value is undefined then. */
  attempt<T>(id: string, work: () => Promise<T>): Promise<T | undefined>;
}

/** `onStuck` is called once for each piece of work that goes on failing. */
export function createLeftAlone(
  onStuck: (id: string, error: unknown) => void,
  {
    nowMs = () => performance.now(),
    failuresTold = FAILURES_TOLD,
  }: { nowMs?: () => number; failuresTold?: number } = {},
): LeftAlone {
  const failed = new Map<string, Failed>();
  return {
    ids: () => [...failed].filter(([, { until }]) => until > nowMs()).map(([id]) => id),
    async attempt(id, work) {
      try {
        const result = await work();
        failed.delete(id);
        return result;
      } catch (error) {
        const failures = (failed.get(id)?.failures ?? 0) + 1;
        if (failures === failuresTold) onStuck(id, error);
        failed.delete(id);
        failed.set(id, { failures, until: nowMs() + Math.min(WAIT_MS_MAX, WAIT_MS * 2 ** (failures - 1)) });
        const [oldest] = failed.keys();
        if (failed.size > REMEMBERED_MAX && oldest !== undefined) failed.delete(oldest);
        return undefined;
      }
    },
  };
}
