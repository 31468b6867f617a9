/** What has begun and not ended, so that the readiness check can tell what hangs. */
export interface Underway {
  /** Returns what ends it. */
  begin(): () => void;
  /** Milliseconds since the oldest began; 0 when nothing is under way. */
  oldestMs(): number;
}

export function createUnderway(now: () => number = () => performance.now()): Underway {
  // In the order in which they began.
  const beginnings = new Set<{ at: number }>();
  return {
    begin() {
      const one = { at: now() };
      beginnings.add(one);
      return () => void beginnings.delete(one);
    },
    oldestMs() {
      for (const { at } of beginnings) return now() - at;
      return 0;
    },
  };
}
