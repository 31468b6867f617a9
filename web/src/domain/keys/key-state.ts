/** The state of a key. Pure. */
import type { Key } from "@bailiwick/sdk";

/** `rotating`: the previous secret is still valid. */
export type KeyState = "usable" | "rotating" | "expired" | "revoked";

type Ends = Pick<Key, "revoked_at" | "expires_at" | "previous_expires_at">;

export function keyState({ revoked_at, expires_at, previous_expires_at }: Ends, now: number): KeyState {
  if (revoked_at !== null) return "revoked";
  if (expires_at !== null && Date.parse(expires_at) <= now) return "expired";
  return previous_expires_at !== null && Date.parse(previous_expires_at) > now ? "rotating" : "usable";
}

/** The reason why a key cannot be rotated or revoked; undefined while it is usable. */
export function endedText(state: KeyState): string | undefined {
  if (state === "revoked") return "The key is revoked for ever.";
  return state === "expired" ? "The key has expired. Create a new one." : undefined;
}
