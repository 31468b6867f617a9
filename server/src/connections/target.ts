/** Digests of what an action goes to, so that an approval holds for that alone. Pure. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../kernel/document-rules.ts";

interface Place {
  config: Readonly<Record<string, unknown>>;
  /** The number of the secret, where the secret is the address. */
  secret_number?: number;
}

/** Returns a digest of the configuration, except how requests are repeated, of the secret's number and of the pinned tool. */
export function targetOf({ config, secret_number = 0 }: Place, toolDigest: string | undefined): string {
  const { repeats_safely: _, ...address } = config;
  const parts = [address, toolDigest ?? null, ...(secret_number > 0 ? [secret_number] : [])];
  return `sha256:${createHash("sha256").update(canonicalJson(parts)).digest("hex")}`;
}
