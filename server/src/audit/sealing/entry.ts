/**
 * Version 1 of the text that stands for a fact in the tree. It never changes: another form gets another version, so that
 * old exports verify for ever.
 */
import { hash } from "node:crypto";
import { canonicalJson } from "../../kernel/document-rules.ts";
import { type FactRow, toWire } from "../../kernel/facts/list.ts";
import type { FactOnWire } from "../../kernel/facts/schema.ts";

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

/** Texts that JSON writes as they are. */
const PLAIN = /^[\w.: -]*$/;
const json = (text: string | null): string => (text !== null && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** Returns the canonical JSON of the entry. It is written out, because each fact is sealed with it. */
export function entryText(entry: Entry): string {
  const { actor, subject } = entry;
  return (
    `{"actor":{"id":${json(actor.id)},"key_id":${json(actor.key_id)},"kind":${json(actor.kind)}},` +
    `"agent_id":${json(entry.agent_id)},"created_at":${json(entry.created_at)},"data_sha256":${json(entry.data_sha256)},` +
    `"id":${json(entry.id)},"request_id":${json(entry.request_id)},` +
    `"subject":{"id":${json(subject.id)},"kind":${json(subject.kind)}},"trace_id":${json(entry.trace_id)},` +
    `"type":${json(entry.type)},"v":${ENTRY_VERSION},"workspace_id":${json(entry.workspace_id)}}`
  );
}

export function dataHash(data: unknown): string {
  return hash("sha256", canonicalJson(data), "hex");
}
