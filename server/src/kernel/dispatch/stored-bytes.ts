/** The daily storage of a workspace. The dispatcher takes bytes before a command runs; `tiers` keeps the count. */

/**
 * The rule for a command once the daily bytes are used: `overdraws` commands end work and may use the same amount
 * again; `passes` commands stop something and are always allowed. Any other command is refused.
 */
export type PastQuota = "overdraws" | "passes";

export interface StorageMeter {
  /** Counts bytes before they are stored. Undefined: continue at once. Throws or rejects with `tier_limit`. */
  take(workspace: string, bytes: number, pastQuota?: PastQuota): Promise<void> | undefined;
  /** Returns the bytes of a command that stored nothing. */
  giveBack(workspace: string, bytes: number): void;
}

/** A row and its fact need about this size, even for a small input. */
const STORED_BYTES_MIN = 1_024;

/** Returns the bytes to count for a call that stores this number of bytes of JSON. */
export function countedBytes(bytes: number): number {
  return Math.max(STORED_BYTES_MIN, bytes);
}
