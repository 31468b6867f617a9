/** Seals values at rest. A sealed value opens only in the workspace and at the place it was sealed for. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { SecretBox } from "./kernel/environment.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = "v1";
/** Characters of the key id: enough to tell a few master keys apart, too few to say anything about one. */
const KEY_ID_LENGTH = 8;

/** `v1.<key id>.<nonce, ciphertext and tag>`: the version and the key id let a later box read what this one wrote. */
export function createSecretBox(masterKey: Buffer): SecretBox {
  if (masterKey.length !== KEY_BYTES) throw new Error(`The master key must have ${KEY_BYTES} bytes.`);
  const fingerprintKey = derive(masterKey, "fingerprint");
  const keyId = derive(masterKey, "key-id").toString("base64url").slice(0, KEY_ID_LENGTH);
  const sealingKey = (workspace: string) => derive(masterKey, `seal:${workspace}`);
  const context = (workspace: string, place: string) => Buffer.from(JSON.stringify([VERSION, keyId, workspace, place]));

  return {
    seal(workspace, place, plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealingKey(workspace), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(context(workspace, place));
      const sealed = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${keyId}.${sealed.toString("base64url")}`;
    },
    open(workspace, place, sealed) {
      const bytes = sealedBytes(sealed, keyId);
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", sealingKey(workspace), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(context(workspace, place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString("utf8");
    },
    fingerprint: (token) => createHmac("sha256", fingerprintKey).update(token).digest("base64url"),
  };
}

/** One purpose, one key: no two uses of the master key share what they are keyed with. */
function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, "", `bailiwick:${VERSION}:${purpose}`, KEY_BYTES));
}

function sealedBytes(sealed: string, keyId: string): Buffer {
  const [version, id, text, ...rest] = sealed.split(".");
  if (version !== VERSION || text === undefined || rest.length > 0) throw new Error("This is not a sealed value.");
  if (id !== keyId) throw new Error(`This value was sealed with the master key ${id}, and this is ${keyId}.`);
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error("This sealed value is cut short.");
  return bytes;
}
