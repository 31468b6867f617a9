/** Checks a file before it is sent: it is a document of `agents.export`, or there is a reason why not. Pure. */
import type { AgentsImportInput } from "@bailiwick/sdk";
import { AGENTS_IMPORT_INPUT } from "@bailiwick/sdk/inputs";

const FORMAT = "bailiwick.agent.v1";
/** The server accepts no larger request. */
export const FILE_BYTES_MAX = 1_048_576;

export type ReadDocument = { ok: true; document: AgentsImportInput } | { ok: false; why: string };

export function readDocument(text: string): ReadDocument {
  const parsed = parse(text);
  if (parsed === undefined) return no("This is not a JSON file.");
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return no("This file holds no agent: an exported agent is one JSON object.");
  }
  if (!("format" in parsed)) return no(`This file is not an exported agent: it has no format “${FORMAT}”.`);
  if (parsed.format !== FORMAT)
    return no(`This file has the format “${brief(parsed.format)}”; only “${FORMAT}” is supported.`);
  if (!("name" in parsed) || typeof parsed.name !== "string" || parsed.name.trim() === "") {
    return no("The agent in this file has no name.");
  }
  const unknown = Object.keys(parsed).filter((name) => !(name in AGENTS_IMPORT_INPUT.properties));
  if (unknown.length > 0) return no(`This file has fields that no agent has: ${brief(unknown.join(", "))}.`);
  // The server checks the values, field by field.
  return { ok: true, document: parsed as AgentsImportInput };
}

const no = (why: string): ReadDocument => ({ ok: false, why });
const brief = (value: unknown): string => String(value).slice(0, 200);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
