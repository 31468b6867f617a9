/** Signed notes, checkpoints and proofs as C2SP writes them: signed-note, tlog-checkpoint and tlog-proof. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { HASH_BYTES, type Hash, hashOf } from "./tree.ts";

/** The kind of a key, in its text: a log signs its checkpoints, and a witness cosigns those of logs. Both are Ed25519. */
const LOG = 1;
export const WITNESS = 4;
type KeyKind = typeof LOG | typeof WITNESS;
const ID_BYTES = 4;
const KEY_BYTES = 32;
export const PROOF_HEADER = "c2sp.org/tlog-proof@v1";

/** Returns the bytes, or none when the text is not exactly their base64: a text has one form, so none can be swapped. */
export function bytesOf(base64: string): Buffer {
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? bytes : Buffer.alloc(0);
}

/** A key that signs. `d` and `x` are the private and the public key in base64url, as a JSON Web Key has them. */
export interface SigningKey {
  name: string;
  d: string;
  x: string;
}

export function newSigningKey(name: string): SigningKey {
  const { d = "", x = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return { name, d, x };
}

/** The public half of a key, with its id. */
export interface VerifierKey {
  name: string;
  id: Buffer;
  key: KeyObject;
}

export function idOf(name: string, publicKey: Buffer, kind: KeyKind = LOG): Buffer {
  return hashOf(`${name}\n`, Buffer.of(kind), publicKey).subarray(0, ID_BYTES);
}

/** Returns the public key as text: its name, its id and its bytes. */
export function verifierText({ name, x }: Pick<SigningKey, "name" | "x">, kind: KeyKind = LOG): string {
  const publicKey = Buffer.from(x, "base64url");
  const bytes = Buffer.concat([Buffer.of(kind), publicKey]);
  return `${name}+${idOf(name, publicKey, kind).toString("hex")}+${bytes.toString("base64")}`;
}

/** Returns undefined when the text is no key of this kind. */
export function readVerifier(text: string, kind: KeyKind = LOG): VerifierKey | undefined {
  const [, name = "", id = "", encoded = ""] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  const bytes = bytesOf(encoded);
  const publicKey = bytes.subarray(1);
  if (bytes[0] !== kind || publicKey.length !== KEY_BYTES) return undefined;
  const own = idOf(name, publicKey, kind);
  if (own.toString("hex") !== id) return undefined;
  const jwk = { kty: "OKP", crv: "Ed25519", x: publicKey.toString("base64url") };
  return { name, id: own, key: createPublicKey({ key: jwk, format: "jwk" }) };
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Hash;
}

/** Returns the signed checkpoint. Its origin is the name of the key. */
export function signCheckpoint(signer: SigningKey, { size, root }: Omit<Checkpoint, "origin">): string {
  const { name, d, x } = signer;
  const body = `${name}\n${size}\n${root.toString("base64")}\n`;
  const key = createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", d, x }, format: "jwk" });
  const signature = Buffer.concat([idOf(name, Buffer.from(x, "base64url")), sign(null, Buffer.from(body), key)]);
  return `${body}\n— ${name} ${signature.toString("base64")}\n`;
}

/** Returns undefined when the text is no checkpoint. Its signatures are not checked. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const [body = ""] = note.split("\n\n");
  const [, origin = "", size = "", root = ""] =
    /^(.+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)(?:\n|$)/.exec(body) ?? [];
  const hash = bytesOf(root);
  const isWhole = hash.length === HASH_BYTES && Number.isSafeInteger(Number(size));
  return origin && isWhole ? { origin, size: Number(size), root: hash } : undefined;
}

/** Returns the text of the note that its signatures cover. */
export function bodyOf(note: string): string {
  return note.slice(0, note.indexOf("\n\n") + 1);
}

/** Returns true when one of the signatures of the note is of this key, over its text and origin. */
export function isSignedBy(note: string, verifier: VerifierKey): boolean {
  const body = bodyOf(note);
  if (body === "" || readCheckpoint(note)?.origin !== verifier.name) return false;
  const signatures = signaturesOf(note.slice(body.length + 1), verifier);
  return signatures.some(({ bytes }) => verify(null, Buffer.from(body), verifier.key, bytes));
}

/** Returns the lines with a signature of this key, and the bytes after the id of the key. */
export function signaturesOf(lines: string, { name, id }: VerifierKey): { line: string; bytes: Buffer }[] {
  return lines.split("\n").flatMap((line) => {
    const [, signer, encoded = ""] = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    const bytes = bytesOf(encoded);
    const isOfKey = signer === name && bytes.subarray(0, ID_BYTES).equals(id);
    return isOfKey ? [{ line, bytes: bytes.subarray(ID_BYTES) }] : [];
  });
}

export interface Proof {
  /** The entry of the fact, which its reader needs to compute the hash of the leaf. */
  entry: string;
  index: number;
  hashes: readonly Hash[];
  checkpoint: string;
}

export function proofText({ entry, index, hashes, checkpoint }: Proof): string {
  const lines = hashes.map((hash) => hash.toString("base64"));
  const extra = Buffer.from(entry).toString("base64");
  return `${[PROOF_HEADER, `extra ${extra}`, `index ${index}`, ...lines].join("\n")}\n\n${checkpoint}`;
}

/** Returns undefined when the text is no proof. */
export function readProof(text: string): Proof | undefined {
  const end = text.indexOf("\n\n");
  const [header, extra = "", index = "", ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  const [, entry] = /^extra ([A-Za-z0-9+/=]+)$/.exec(extra) ?? [];
  const [, place] = /^index (0|[1-9][0-9]{0,15})$/.exec(index) ?? [];
  const hashes = lines.map(bytesOf);
  const entryBytes = bytesOf(entry ?? "");
  const isWhole = header === PROOF_HEADER && entryBytes.length > 0 && place !== undefined;
  if (!isWhole || hashes.some(({ length }) => length !== HASH_BYTES)) return undefined;
  return {
    entry: entryBytes.toString(),
    index: Number(place),
    hashes,
    checkpoint: text.slice(end + 2),
  };
}
