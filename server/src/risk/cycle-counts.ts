/** Counts the cycles of this process since its start, for monitors. */
import type { Cycle } from "./cycle.ts";

const counts = { complete: 0, truncated: 0, turns: 0, failed_turns: 0 };

export function cycleCounts(): Readonly<typeof counts> {
  return counts;
}

export function countCycle({ turns, failures, isTruncated }: Cycle): void {
  counts[isTruncated ? "truncated" : "complete"]++;
  counts.turns += turns;
  counts.failed_turns += failures.length;
}
