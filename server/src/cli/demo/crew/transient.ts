import { BailiwickError } from "../../../../../sdk/src/index.ts";

/** Returns true when the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof BailiwickError && error.isTransient;
}
