/** Digests of what an action goes to, so that an approval holds for that alone. Pure. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../kernel/document-rules.ts";

/** Returns a digest of the configuration, except how requests are repeated, and of the pinned tool. */
export function targetOf(config: Readonly<Record<string, unknown>>, toolDigest: string | undefined): string {
  const { repeats_safely: _, ...address } = config;
  return `sha256:${createHash("sha256")
    .update(canonicalJson([address, toolDigest ?? null]))
    .digest("hex")}`;
}
