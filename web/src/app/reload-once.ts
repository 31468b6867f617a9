/** A reload of the page, which is not repeated at once when it did not help. */

const REPEAT_AFTER_MS = 10_000;

/** Returns false when a reload opened this page a moment ago. Then the person decides when to try again. */
export function reloadOnce(): boolean {
  const [opening] = performance.getEntriesByType("navigation");
  const isReloaded = opening instanceof PerformanceNavigationTiming && opening.type === "reload";
  if (isReloaded && performance.now() < REPEAT_AFTER_MS) return false;
  location.reload();
  return true;
}
