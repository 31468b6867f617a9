/** Converts between a payload and the texts of a form. Every text stays as it is, and other values are JSON. Pure. */
import type { AgentAction } from "@bailiwick/sdk";
import type { FieldSchema } from "@bailiwick/sdk/inputs";

type Payload = AgentAction["payload"];

export interface PayloadField {
  name: string;
  /** A text, one of some texts, or JSON. */
  kind: "text" | "choice" | "json";
  choices: readonly string[];
  isRequired: boolean;
  hint: string | undefined;
}

/** The fields of the type, then those of the payload that the type does not name. */
export function fieldsOf(schema: Readonly<Record<string, unknown>> | undefined, payload: Payload): PayloadField[] {
  const properties = isFields(schema?.properties) ? schema.properties : {};
  const required: readonly unknown[] = Array.isArray(schema?.required) ? schema.required : [];
  const names = [...new Set([...Object.keys(properties), ...Object.keys(payload)])];
  return names.map((name) => {
    const field = (properties[name] ?? {}) as FieldSchema;
    const value = payload[name];
    const choices = field.enum?.every((one) => typeof one === "string") ? field.enum : [];
    const isText = value === undefined ? field.type === "string" : typeof value === "string";
    const kind = choices.length > 0 ? "choice" : isText ? "text" : "json";
    return { name, kind, choices, isRequired: required.includes(name), hint: field.description };
  });
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export type Typed = Readonly<Record<string, string>>;

export function typedPayload(fields: readonly PayloadField[], payload: Payload): Typed {
  const text = ({ name, kind }: PayloadField) => {
    const value = payload[name];
    if (value === undefined) return "";
    return kind === "json" ? JSON.stringify(value, null, 2) : String(value);
  };
  return Object.fromEntries(fields.map((field) => [field.name, text(field)]));
}

export type ReadPayload = { payload: Payload; faults: Record<string, string> };

/** An empty field is left out, except an empty text that was there. */
export function readPayload(fields: readonly PayloadField[], typed: Typed, before: Payload): ReadPayload {
  const payload: Payload = {};
  const faults: Record<string, string> = {};
  for (const { name, kind, isRequired } of fields) {
    const text = typed[name] ?? "";
    const isGone = kind === "text" ? text === "" && before[name] !== "" : text.trim() === "";
    if (isGone) {
      if (isRequired) faults[name] = "Is required.";
      continue;
    }
    if (kind !== "json") payload[name] = text;
    else
      try {
        payload[name] = JSON.parse(text);
      } catch (error) {
        faults[name] = `Not JSON: ${error instanceof Error ? error.message : ""}`;
      }
  }
  return { payload, faults };
}

/** The faults that the server reports for fields of the payload: `/payload/path`. */
export function faultsOf(errors: readonly { path: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(errors.map(({ path, message }) => [path.split("/")[2] ?? "", message]));
}
