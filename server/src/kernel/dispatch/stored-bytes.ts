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

/** What an input counts, over every surface alike: its bytes as JSON. */
export function storedBytes(input: unknown): number {
  return Math.max(STORED_BYTES_MIN, Buffer.byteLength(JSON.stringify(input)));
}
