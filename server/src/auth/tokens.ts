/** Makes tokens and keys. The database stores only their fingerprints. */
import { randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;
/** The number of characters that are shown after the kind of a key. */
const PREFIX_LENGTH = 6;

/** Returns 43 characters of base64url. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

export function newKeyText(kind: "agent" | "service"): { key: string; prefix: string } {
  const start = `bw_${kind}_`;
  const key = `${start}${newToken()}`;
  return { key, prefix: key.slice(0, start.length + PREFIX_LENGTH) };
}
