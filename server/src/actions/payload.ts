/** Hashes payloads, and checks them against the schemas of standing rules. */
import { createHash } from "node:crypto";
import { Check } from "typebox/schema";
import { canonicalJson } from "../kernel/document-rules.ts";
import type { RuleRow } from "./rule-schema.ts";

export type Payload = Readonly<Record<string, unknown>>;

/** The hash of the canonical JSON (RFC 8785), so that equal payloads have equal hashes in every language. */
export function hashOf(payload: Payload): string {
  return `sha256:${createHash("sha256").update(canonicalJson(payload)).digest("hex")}`;
}

/** `requirePayloadSchema` has checked the schema, so the check takes little time. */
export function fitsSchema(payload: Payload): (rule: Pick<RuleRow, "payload_schema">) => boolean {
  return ({ payload_schema: schema }) => schema === null || Check(schema, payload);
}
