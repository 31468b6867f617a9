/**
 * Seals short texts that callers return later, such as cursors. Callers can neither read nor create them. A sealed text
 * opens only for the workspace and the use that it was sealed for. Sealing the same text gives the same characters.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SecretBox } from "./environment.ts";

const CIPHER = "aes-256-ctr";
/** The mark authenticates the text and is the initial vector of its encryption, as in RFC 5297. */
const MARK_BYTES = 16;
/** Texts are padded to a multiple of this size, so that their length reveals little. */
const BLOCK_BYTES = 32;
const SEALED = /^[A-Za-z0-9_-]{64,1000}$/;

export interface SealedTexts {
  seal(plain: string): string;
  /** Returns undefined when the text was not sealed with this secret for this use. */
  open(sealed: string): string | undefined;
}

export function sealedTexts(secrets: SecretBox, workspace: string, use: string): SealedTexts {
  const secret = secrets.fingerprint(`sealed-text:${workspace}:${use}`);
  const [markKey, textKey] = ["mark", "text"].map((purpose) =>
    createHash("sha256").update(`${purpose}:${secret}`).digest(),
  );
  if (!markKey || !textKey) throw new Error("There are two keys.");
  const markOf = (plain: Buffer) => createHmac("sha256", markKey).update(plain).digest().subarray(0, MARK_BYTES);
  return {
    seal(text) {
      const length = Math.ceil(Buffer.byteLength(text) / BLOCK_BYTES) * BLOCK_BYTES;
      const plain = Buffer.alloc(length, " ");
      plain.write(text);
      const mark = markOf(plain);
      return Buffer.concat([mark, createCipheriv(CIPHER, textKey, mark).update(plain)]).toString("base64url");
    },
    open(sealed) {
      if (!SEALED.test(sealed)) return undefined;
      const bytes = Buffer.from(sealed, "base64url");
      const mark = bytes.subarray(0, MARK_BYTES);
      const plain = createDecipheriv(CIPHER, textKey, mark).update(bytes.subarray(MARK_BYTES));
      return timingSafeEqual(markOf(plain), mark) ? plain.toString("utf8").trimEnd() : undefined;
    },
  };
}
