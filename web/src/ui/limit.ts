/** The used part of a limit. Pure. */

export interface LimitUse {
  used: number;
  /** Held for work that has started. */
  reserved?: number;
  cap: number;
  /** Use without a known price was reported, so the true use is larger. */
  hasUnpriced?: boolean;
}

/** From this share on, a limit is near. */
export const NEAR_SHARE = 0.8;

export type LimitLevel = "free" | "near" | "full";

/** Returns the used and the reserved share of the cap, together at most 1. */
export function sharesOf({ used, reserved = 0, cap }: LimitUse): { used: number; reserved: number } {
  // Nothing may be used under a cap of zero.
  if (cap <= 0) return { used: 1, reserved: 0 };
  const usedShare = Math.min(1, Math.max(0, used / cap));
  return { used: usedShare, reserved: Math.min(1 - usedShare, Math.max(0, reserved / cap)) };
}

export function limitLevel(use: LimitUse): LimitLevel {
  const { used, reserved } = sharesOf(use);
  // Sums of fractions can be a little below 1.
  const share = used + reserved + 1e-9;
  if (share >= 1) return "full";
  return share >= NEAR_SHARE ? "near" : "free";
}
