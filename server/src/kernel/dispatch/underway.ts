/** Tracks work that has begun and not ended, so that the readiness check can find work that hangs. */
export interface Underway {
  /** Returns a function that ends the work. */
  begin(): () => void;
  /** Returns the time since the oldest work began; 0 when no work is under way. */
  oldestMs(): number;
}

export function createUnderway(now: () => number = () => performance.now()): Underway {
  // In the order of their beginning.
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
