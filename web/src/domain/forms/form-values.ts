/** Converts between typed text and the input of an operation. Pure. */
import type { FieldSchema } from "@bailiwick/sdk/inputs";

export type FieldKind =
  | "text"
  | "long"
  | "number"
  | "switch"
  | "choice"
  | "choices"
  | "agent"
  | "ids"
  | "time"
  | "json"
  | "value";

/** A text that may be longer gets a text area. */
const LINE_LENGTH_MAX = 500;

export function kindOf(name: string, schema: FieldSchema): FieldKind {
  const field = withoutNull(schema);
  if (field.enum) return "choice";
  if (field.type === "boolean") return "switch";
  if (field.type === "integer" || field.type === "number") return "number";
  if (field.type === "array") return field.items?.enum ? "choices" : "ids";
  // A schema without a type takes any JSON value, and most of these are texts.
  if (field.type === undefined) return "value";
  if (field.type !== "string") return "json";
  if (field.format === "date-time") return "time";
  if (field.format === "uuid") return /agent_id$|^reports_to$/.test(name) ? "agent" : "text";
  return (field.maxLength ?? 0) > LINE_LENGTH_MAX ? "long" : "text";
}

/** The schema of a field without its null branch. */
export function withoutNull(schema: FieldSchema): FieldSchema {
  const [first] = schema.anyOf?.filter(({ type }) => type !== "null") ?? [];
  return first ? { ...first, ...(schema.description && { description: schema.description }) } : schema;
}

export const mayBeNull = ({ anyOf }: FieldSchema): boolean => anyOf?.some(({ type }) => type === "null") ?? false;

/** Returns a value as the input of its field shows it. */
export function typedOf(kind: FieldKind, value: unknown): unknown {
  if (kind === "switch") return value === true;
  if (kind === "choices") return Array.isArray(value) ? value : [];
  if (value === undefined || value === null) return "";
  if (kind === "ids") return Array.isArray(value) ? value.join("\n") : "";
  if (kind === "json") return JSON.stringify(value, null, 2);
  if (kind === "value")
    return typeof value === "string" && !parseJson(value).ok ? value : JSON.stringify(value, null, 2);
  if (kind === "time") return localTime(String(value));
  return String(value);
}

/** The format of `datetime-local`: in the person's time zone, to the minute. */
function localTime(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export type Typed = { ok: true; value: unknown } | { ok: false; error: string };

/** Reads the typed text. `value: undefined` means that the field is omitted. */
export function readTyped(kind: FieldKind, typed: unknown): Typed {
  if (kind === "switch") return { ok: true, value: typed };
  if (Array.isArray(typed)) return { ok: true, value: typed.length > 0 ? typed : undefined };
  const text = String(typed ?? "");
  if (text.trim() === "") return { ok: true, value: undefined };
  if (kind === "number")
    return Number.isFinite(Number(text)) ? { ok: true, value: Number(text) } : fault("Not a number.");
  if (kind === "json") return parseJson(text);
  if (kind === "value") return parseJson(text).ok ? parseJson(text) : { ok: true, value: text };
  if (kind === "ids") return { ok: true, value: text.split(/[\s,]+/).filter(Boolean) };
  if (kind !== "time") return { ok: true, value: text };
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? fault("Not a time.") : { ok: true, value: time.toISOString() };
}

const fault = (error: string): Typed => ({ ok: false, error });

function parseJson(text: string): Typed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return fault(`Not JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

/** `assigned_to_agent_id` → `Assigned to agent`. */
export function labelOf(name: string): string {
  const words = name.replace(/_(?:id|usd|at)$/, (end) => (end === "_usd" ? " (USD)" : end === "_at" ? " at" : ""));
  const text = words.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns the faults that the server reported, by field; other faults have the empty name. */
export function faultsByField(errors: readonly { path: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(errors.map(({ path, message }) => [path.split("/")[1] ?? "", message]));
}
