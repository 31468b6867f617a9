/**
 * Version 1 of the text that stands for a fact in the tree. It never changes: another form gets another version, so that
 * old exports verify for ever.
 */
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

/** Returns the text of RFC 8785. A half of a surrogate pair, which that form refuses, is written as its escape. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
