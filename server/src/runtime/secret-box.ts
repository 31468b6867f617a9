/** Seals stored values. A sealed value opens only in the workspace and at the place that it was sealed for. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { SecretBox } from "../kernel/environment.ts";
import { Problem } from "../kernel/problem.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = "v1";
/** Characters of the key id: enough to distinguish a few master keys, too few to reveal a key. */
const KEY_ID_LENGTH = 8;
/** A value of an unknown key makes the box read the ring again, at most once in this time. */
const RELOAD_INTERVAL_MS = 1_000;

/** Master keys: every one opens. The first one seals, unless the installation seals with another one. */
export interface KeyRing {
  keys(): readonly Buffer[];
  /** Reads the keys again. Absent when they cannot change. */
  reload?(): void;
}

export interface InstallationBox extends SecretBox {
  /** The key with this id seals from now on. Without that key the box refuses to seal. */
  sealWith(keyId: string): void;
}

/** The time after which a caller may try again when this server lacks the key. */
const RETRY_AFTER_SECONDS = 30;

/**
 * A sealed value is `v1.<key id>.<nonce, ciphertext and tag>`; the key id names the key of the ring that opens it.
 * Fingerprints use a separate key, which survives a change of the master key. Without `fingerprintKey` it is derived
 * from the first master key.
 */
export function createSecretBox(given: Buffer | KeyRing, fingerprintKey?: Buffer): InstallationBox {
  const ring: KeyRing = Buffer.isBuffer(given) ? { keys: () => [given] } : given;
  const hmacKey = fingerprintKey ?? deriveFingerprintKey(currentOf(ring));
  let reloadedAt = Number.NEGATIVE_INFINITY;
  let sealingId: string | undefined;

  function find(id: string): Buffer | undefined {
    const known = ring.keys().find((key) => keyIdOf(key) === id);
    if (known) return known;
    if (ring.reload && performance.now() - reloadedAt > RELOAD_INTERVAL_MS) {
      reloadedAt = performance.now();
      ring.reload();
      return find(id);
    }
    return undefined;
  }

  function findSealing(): Buffer {
    if (sealingId === undefined) return currentOf(ring);
    const key = find(sealingId);
    if (key) return key;
    throw new Problem(
      "unavailable",
      `This server does not have the master key ${sealingId}, so it stores no secrets.`,
      {
        retry_after_seconds: RETRY_AFTER_SECONDS,
        next_step: "Ask the operator of this server to add the master key.",
      },
    );
  }

  return {
    get keyId() {
      return sealingId ?? keyIdOf(currentOf(ring));
    },
    sealWith(keyId) {
      sealingId = keyId;
    },
    seal(workspace, place, plain) {
      const key = findSealing();
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealingKey(key, workspace), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(context(key, workspace, place));
      const sealed = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${keyIdOf(key)}.${sealed.toString("base64url")}`;
    },
    open(workspace, place, sealed) {
      const { id, bytes } = sealedParts(sealed);
      const key = find(id);
      if (!key) throw new Error(`This value was sealed with the master key ${id}, which this server does not have.`);
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", sealingKey(key, workspace), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(context(key, workspace, place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString("utf8");
    },
    fingerprint: (token) => createHmac("sha256", hmacKey).update(token).digest("base64url"),
  };
}

/** Derives the key of fingerprints for an installation that has not stored one yet. */
export function deriveFingerprintKey(masterKey: Buffer): Buffer {
  return derive(masterKey, "fingerprint");
}

export function keyIdOf(masterKey: Buffer): string {
  return derive(masterKey, "key-id").toString("base64url").slice(0, KEY_ID_LENGTH);
}

function currentOf(ring: KeyRing): Buffer {
  const [current] = ring.keys();
  if (!current) throw new Error("There is no master key.");
  return current;
}

function sealingKey(masterKey: Buffer, workspace: string): Buffer {
  return derive(masterKey, `seal:${workspace}`);
}

function context(masterKey: Buffer, workspace: string, place: string): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyIdOf(masterKey), workspace, place]));
}

/** Derives a separate key for each purpose. */
function derive(masterKey: Buffer, purpose: string): Buffer {
  if (masterKey.length !== KEY_BYTES) throw new Error(`The master key must have ${KEY_BYTES} bytes.`);
  return Buffer.from(hkdfSync("sha256", masterKey, "", `bailiwick:${VERSION}:${purpose}`, KEY_BYTES));
}

function sealedParts(sealed: string): { id: string; bytes: Buffer } {
  const [version, id, text, ...rest] = sealed.split(".");
  if (version !== VERSION || id === undefined || text === undefined || rest.length > 0) {
    throw new Error("This is not a sealed value.");
  }
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error("This sealed value is incomplete.");
  return { id, bytes };
}
