import { createHash } from "node:crypto";

const HASH_DIGITS = 32;

/** Returns half of a SHA-256 in hexadecimal digits: enough that no two keys of a workspace have the same. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_DIGITS);
}
