/** How many bytes a workspace may still store today. The dispatcher asks before a command runs; `tiers` keeps the count. */

/**
 * What a command does once the bytes of the day are used up: `overdraws` ends work and may use as much again, `passes`
 * stops something and is always let through. Any other command is refused.
 */
export type PastQuota = "overdraws" | "passes";

export interface StorageMeter {
  /** Counts what is about to be stored. Undefined: it may go on at once. Throws, or rejects with, `tier_limit`. */
  take(workspace: string, bytes: number, pastQuota?: PastQuota): Promise<void> | undefined;
  /** Returns what was taken for something that was not stored. */
  giveBack(workspace: string, bytes: number): void;
}

/** A row and its fact take about as much, however small the input is. */
const STORED_BYTES_MIN = 1_024;

/** What a call counts that stores so many bytes of JSON. */
export function countedBytes(bytes: number): number {
  return Math.max(STORED_BYTES_MIN, bytes);
}
