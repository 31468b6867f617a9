import { BailiwickError } from "../../../../../sdk/src/index.ts";

/** Nobody decided against the call: the same one may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof BailiwickError && error.isTransient;
}
