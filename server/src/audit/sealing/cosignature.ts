/** Cosignatures of witnesses: `cosignature/v1` of C2SP's tlog-cosignature. They cover a checkpoint and its time. */
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { SecretBox } from "../../kernel/environment.ts";
import { bodyOf, idOf, signaturesOf, type VerifierKey, verifierText, WITNESS } from "./note.ts";
import { hashOf } from "./tree.ts";

const TIME_BYTES = 8;
const NAME_LENGTH = 16;
/** The beginning of an Ed25519 key in PKCS #8; the 32 bytes of its seed follow (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface WitnessKey {
  name: string;
  /** The private key in PKCS #8. */
  pkcs8: Buffer;
  x: string;
}

/** Returns the key with which this installation cosigns. It follows from a secret that a new master key does not change. */
export function witnessKey(secrets: Pick<SecretBox, "fingerprint">): WitnessKey {
  const pkcs8 = Buffer.concat([PKCS8, hashOf(secrets.fingerprint("witness: signing key"))]);
  const { x = "" } = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })).export({
    format: "jwk",
  });
  return { name: `bailiwick-witness/${hashOf(x).toString("hex").slice(0, NAME_LENGTH)}`, pkcs8, x };
}

export function witnessVerifier({ name, x }: WitnessKey): string {
  return verifierText({ name, x }, WITNESS);
}

function messageOf(checkpoint: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${bodyOf(checkpoint)}`);
}

/** Returns the line of the cosignature, with its end. */
export function cosign({ name, pkcs8, x }: WitnessKey, checkpoint: string, at: Date): string {
  const seconds = BigInt(Math.floor(at.getTime() / 1_000));
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(seconds);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const id = idOf(name, Buffer.from(x, "base64url"), WITNESS);
  const bytes = Buffer.concat([id, time, sign(null, messageOf(checkpoint, seconds), key)]);
  return `— ${name} ${bytes.toString("base64")}\n`;
}

/** Returns the line in which this witness cosigns the checkpoint, without its end; undefined when there is none. */
export function cosignatureOf(lines: string, checkpoint: string, verifier: VerifierKey): string | undefined {
  return signaturesOf(lines, verifier).find(
    ({ bytes }) =>
      bytes.length > TIME_BYTES &&
      verify(null, messageOf(checkpoint, bytes.readBigUInt64BE()), verifier.key, bytes.subarray(TIME_BYTES)),
  )?.line;
}
