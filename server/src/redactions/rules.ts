/** The tombstones in place of withdrawn content. Pure. */
import type { Redaction, RedactionRow } from "./schema.ts";

interface Mark {
  redaction_id: string;
  by_user_id: string;
  at: string;
  reason: string;
}

/** The tombstone in place of a JSON document: every reader of the document sees who withdrew it, when and why. */
export interface Tombstone {
  redacted: Mark & { bytes: number; sha256: string };
}

export function markOf({ id, by_user_id, created_at, reason }: Omit<RedactionRow, "withdrawn">): Mark {
  return { redaction_id: id, by_user_id, at: created_at, reason };
}

/** The text in place of the content of a message. */
export function tombstoneText(name: string, { at, reason }: Mark): string {
  return `[Withdrawn by ${name} at ${at}: ${reason}]`;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Returns true when the document is the tombstone of one of these redactions, and nothing else: callers can write documents
 * that look like one.
 */
export function isTombstone(document: unknown, redactions: readonly RedactionRow[]): boolean {
  const whole = fieldsOf(document);
  const { bytes, sha256, ...mark } = fieldsOf(whole.redacted);
  if (Object.keys(whole).length !== 1 || !Number.isInteger(bytes) || !SHA256.test(String(sha256))) return false;
  return redactions.some((row) => {
    const fields = Object.entries(markOf(row));
    return Object.keys(mark).length === fields.length && fields.every(([name, value]) => mark[name] === value);
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? { ...value } : {};
}

export function toWire({ workspace_id, subject_kind, subject_id, ...row }: RedactionRow): Redaction {
  return { ...row, subject: { kind: subject_kind, id: subject_id } };
}
