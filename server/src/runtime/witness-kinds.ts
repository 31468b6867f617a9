/** The kinds of settings that name witnesses and logs by their verifier keys, as C2SP's signed-note writes them. */
import { createHash } from "node:crypto";
import type { Kind } from "./config-kinds.ts";

/** The first byte of the key of a log, and of the key of a witness. Both are Ed25519. */
const LOG = 1;
const WITNESS = 4;
const KEY_BYTES = 33;
const LOGS_MAX = 1_000;
const WITNESSES_MAX = 10;

export function verifierKeys(): Kind<readonly string[]> {
  return {
    takes: `verifier keys (the output of \`bailiwick audit key\`) with commas between them, at most ${LOGS_MAX}`,
    parse(text) {
      const keys = partsOf(text);
      return keys.length <= LOGS_MAX && keys.every((key) => isKey(key, LOG)) ? keys : undefined;
    },
  };
}

/** Each witness is its address, a space and its key. */
export function witnesses(): Kind<readonly string[]> {
  return {
    takes:
      "the address and the key of each witness with a space, and commas between witnesses, such as " +
      `https://bailiwick.example.com/api/witness name+1a2b3c4d+key, at most ${WITNESSES_MAX}`,
    parse(text) {
      const parts = partsOf(text);
      const fits = parts.every((part) => {
        const [url = "", key = "", ...more] = part.split(/\s+/);
        return /^https?:\/\//.test(url) && URL.canParse(url) && isKey(key, WITNESS) && more.length === 0;
      });
      const names = new Set(parts.map((part) => part.split(/[\s+]/)[1]));
      return fits && names.size === parts.length && parts.length <= WITNESSES_MAX ? parts : undefined;
    },
  };
}

function partsOf(text: string): string[] {
  return text.split(",").flatMap((part) => part.trim() || []);
}

function isKey(text: string, algorithm: number): boolean {
  const [, name = "", id, encoded = ""] = /^([^+\s]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  const isWhole = bytes.length === KEY_BYTES && bytes[0] === algorithm && bytes.toString("base64") === encoded;
  return isWhole && createHash("sha256").update(`${name}\n`).update(bytes).digest("hex").slice(0, 8) === id;
}
