/** One line of an export: a fact with its place in the tree. The members and their order are part of the format. */
import type { FactOnWire } from "../../kernel/facts/schema.ts";
import { isUuid } from "../../kernel/schema.ts";
import { ENTRY_VERSION, type Entry } from "./entry.ts";

export interface ExportLine extends Entry {
  v: typeof ENTRY_VERSION;
  /** The index of the fact in the tree; null while the fact is not sealed yet. */
  leaf: number | null;
  leaf_sha256: string | null;
  /** On the first line of an export that begins later: the roots of the perfect subtrees before it, in base64. */
  before?: string[];
  /** Content of the data was withdrawn after the fact was sealed; the data are no longer those of `data_sha256`. */
  withdrawn?: true;
  /** Retention dropped the large data after the fact was sealed; the data are only its short fields. */
  trimmed?: true;
  data: FactOnWire["data"];
}

/** Returns the text of the line without its end. */
export function lineText({
  leaf,
  leaf_sha256,
  before,
  withdrawn,
  trimmed,
  data,
  ...entry
}: Omit<ExportLine, "v">): string {
  const { id, type, actor, subject, agent_id, request_id, trace_id, created_at, workspace_id, data_sha256 } = entry;
  return JSON.stringify({
    v: ENTRY_VERSION,
    leaf,
    workspace_id,
    id,
    type,
    actor: { kind: actor.kind, id: actor.id, key_id: actor.key_id },
    subject: { kind: subject.kind, id: subject.id },
    agent_id,
    request_id,
    trace_id,
    created_at,
    data_sha256,
    leaf_sha256,
    ...(before && { before }),
    ...(withdrawn && { withdrawn }),
    ...(trimmed && { trimmed }),
    data,
  });
}

/** The verdict of a record that was changed. */
export class Altered extends Error {}

export function place(number: number, { id }: Pick<ExportLine, "id">): string {
  return `altered at line ${number}, fact ${id}`;
}

const isHex = (text: unknown) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);

/** Returns the line. Throws when a byte of it is not as an export writes it. */
export function parseLine(text: string, number: number): ExportLine {
  try {
    const line: ExportLine = JSON.parse(text);
    const { id, workspace_id, leaf, leaf_sha256, data_sha256, before = [], data } = line;
    const hasIds = isUuid(id) && isUuid(workspace_id);
    const hasHashes = isHex(data_sha256) && (leaf_sha256 === null || isHex(leaf_sha256));
    const hasPlace = leaf === null || (Number.isSafeInteger(leaf) && leaf >= 0);
    const hasPeaks = Array.isArray(before) && before.every((peak) => typeof peak === "string");
    const hasData = typeof data === "object" && data !== null;
    if (hasIds && hasHashes && hasPlace && hasPeaks && hasData && lineText(line) === text) return line;
  } catch {
    // No JSON, or a member is missing.
  }
  throw new Altered(`altered at line ${number}: it is not in the form of an export`);
}
