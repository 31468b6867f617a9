/** When the person last looked at the overview in this browser, before this visit. */
import { stored } from "../../data/stored.ts";

/** A shorter absence belongs to the same visit. */
const AWAY_MS = 10 * 60_000;
const NOTED_EVERY_MS = 60_000;

/** Returns the start of the absence before this visit, from the times of the last look and of the visit before it. */
export function visitOf({ seenMs, beforeMs }: Visit, now: number): Visit {
  return now - seenMs > AWAY_MS ? { seenMs: now, beforeMs: seenMs } : { seenMs: now, beforeMs };
}

export interface Visit {
  /** The last look; 0 when there was none. */
  seenMs: number;
  /** The end of the visit before; 0 when there was none. */
  beforeMs: number;
}

/** Notes the visit while the page is visible. Returns the end of the visit before, and a function that stops it. */
export function noteVisit(workspace: string): { before: string | undefined; stop: () => void } {
  const kept = stored(`bailiwick-visit-${workspace}`, "0 0");
  const note = () => {
    const [seenMs = 0, beforeMs = 0] = kept.get().split(" ").map(Number);
    const visit = visitOf({ seenMs, beforeMs }, Date.now());
    kept.set(`${visit.seenMs} ${visit.beforeMs}`);
    return visit;
  };
  const { beforeMs } = note();
  const timer = setInterval(() => {
    if (!document.hidden) note();
  }, NOTED_EVERY_MS);
  const before = beforeMs > 0 ? new Date(beforeMs).toISOString() : undefined;
  return { before, stop: () => clearInterval(timer) };
}
