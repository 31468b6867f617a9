/** Rolls refusals up: one fact for the same reason in a minute, on each process. */
const WINDOW_MS = 60_000;
const KEPT_MAX = 10_000;

export interface Repeats {
  /** Returns the number of refusals since the last fact; undefined when this one needs no fact. */
  note(key: string, nowMs: number): number | undefined;
}

export function createRepeats(): Repeats {
  const seen = new Map<string, { atMs: number; repeats: number }>();
  return {
    note(key, nowMs) {
      const last = seen.get(key);
      if (last && nowMs - last.atMs < WINDOW_MS) {
        last.repeats++;
        return undefined;
      }
      if (seen.size >= KEPT_MAX) seen.clear();
      seen.set(key, { atMs: nowMs, repeats: 0 });
      return last?.repeats ?? 0;
    },
  };
}
