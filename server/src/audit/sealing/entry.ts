/**
 * Version 1 of the text that stands for a fact in the tree. It never changes: another form gets another version, so that
 * old exports verify for ever.
 */
import { canonicalJson } from "../../kernel/document-rules.ts";
import { type FactRow, toWire } from "../../kernel/facts/list.ts";
import type { FactOnWire } from "../../kernel/facts/schema.ts";
import { hashOf } from "./tree.ts";

export const ENTRY_VERSION = 1;

/** A fact as the tree covers it: its data by their hash, so that withdrawn or deleted data leave the proof valid. */
export interface Entry extends Omit<FactOnWire, "data"> {
  workspace_id: string;
  agent_id: string | null;
  /** The SHA-256 of the canonical JSON of the data, in hex. */
  data_sha256: string;
}

export function entryOf(workspace_id: string, row: FactRow, dataHash: Buffer): Entry {
  const { data: _, ...about } = toWire(row);
  return { ...about, workspace_id, agent_id: row.agent_id, data_sha256: dataHash.toString("hex") };
}

export function entryText(entry: Entry): string {
  const { workspace_id, id, type, actor, subject, agent_id, request_id, trace_id, created_at, data_sha256 } = entry;
  const fact = { workspace_id, id, type, actor, subject, agent_id, request_id, trace_id, created_at, data_sha256 };
  return canonicalJson({ v: ENTRY_VERSION, ...fact });
}

export function dataHash(data: unknown): string {
  return hashOf(canonicalJson(data)).toString("hex");
}
