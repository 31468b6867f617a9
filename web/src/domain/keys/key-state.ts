/** In what state a key is. Pure. */
import type { Key } from "@bailiwick/sdk";

/** `rotating`: the secret before the newest is still good beside it. */
export type KeyState = "usable" | "rotating" | "expired" | "revoked";

type Ends = Pick<Key, "revoked_at" | "expires_at" | "previous_expires_at">;

export function keyState({ revoked_at, expires_at, previous_expires_at }: Ends, now: number): KeyState {
  if (revoked_at !== null) return "revoked";
  if (expires_at !== null && Date.parse(expires_at) <= now) return "expired";
  return previous_expires_at !== null && Date.parse(previous_expires_at) > now ? "rotating" : "usable";
}

/** Why a key cannot be rotated or revoked any more. */
export function endedText(state: KeyState): string | undefined {
  if (state === "revoked") return "It is revoked, for good.";
  return state === "expired" ? "It has expired; make a new one." : undefined;
}
