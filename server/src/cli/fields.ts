/**
 * Reads the input of an operation from arguments: `--title "Read it" --scopes ingest --scopes tasks:read --input
 * '{"a":1}'`.
 */
import { readFileSync } from "node:fs";
import type { Operation } from "../kernel/operation.ts";
import { plain } from "../surfaces/print/shapes.ts";
import { fieldsOf, type Schema } from "../surfaces/print/typescript.ts";
import { UsageError } from "./failure.ts";
import { jsonFault, placeOf } from "./json-fault.ts";

export interface Typed {
  input: Record<string, unknown>;
  /** Options of `call` itself, which may stand between the fields. */
  options: Map<string, string>;
  wantsHelp: boolean;
}

const CALL_OPTIONS = ["url", "key", "workspace", "idempotency_key", "json", "query"] as const;

/**
 * Reads each value as the type of its field. A value that does not fit is sent unchanged, and the server refuses it.
 */
export function readTyped(operation: Operation, tokens: readonly string[]): Typed {
  const schemas = new Map(fieldsOf(plain(operation.input)).map(({ name, schema }) => [name, schema]));
  const options = new Map<string, string>();
  const typed: [string, string][] = [];
  const rest = [...tokens];
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (token === "--help" || token === "-h") return { input: {}, options, wantsHelp: true };
    const [, dashed = "", given] =
      /^--([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(token.replace(/^-q(?==|$)/, "--query")) ?? [];
    const name = dashed.replaceAll("-", "_");
    if (!name) throw new UsageError(`"${token}" is not a field. Write fields as --name value.`);
    const schema = schemas.get(name);
    const isFlag = schema?.type === "boolean" && (rest[0] === undefined || rest[0].startsWith("--"));
    const value = given ?? (isFlag ? "true" : rest.shift());
    if (value === undefined) throw new UsageError(`--${dashed} needs a value.`);
    if (!schema && isCallOption(name)) options.set(name, value);
    else typed.push([name, value]);
  }
  const json = options.get("json");
  return {
    input: { ...(json === undefined ? {} : readDocument(json)), ...merged(typed, schemas) },
    options,
    wantsHelp: false,
  };
}

function isCallOption(name: string): boolean {
  return CALL_OPTIONS.some((option) => option === name);
}

/** Reads JSON: `-` means standard input, `@file` a file. */
function readDocument(text: string): Record<string, unknown> {
  const source = text === "-" ? readFileSync(0, "utf8") : text.startsWith("@") ? readText(text.slice(1)) : text;
  const json = source.replace(/^\ufeff/, "");
  const value = parsed(json);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  const name = text === "-" ? "Standard input" : text.startsWith("@") ? text.slice(1) : "--json";
  throw new UsageError(
    `${name} ${documentFault(json)}. --json takes a JSON object, @ and the name of a file that holds one, or - for standard input.`,
  );
}

function documentFault(json: string): string {
  const fault = jsonFault(json);
  if (fault === undefined) {
    const begin = json.search(/\S/);
    return `holds ${json[begin] === "[" ? "a list" : "no object"} at ${placeOf(json, begin)}`;
  }
  const found = fault < json.length ? JSON.stringify(json[fault]) : "the end";
  return `is not JSON: unexpected ${found} at ${placeOf(json, fault)}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Merges the values into one input. A list is written by repeating its field, once for each item. */
function merged(typed: readonly [string, string][], schemas: ReadonlyMap<string, Schema>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, text] of typed) {
    const schema = schemas.get(name) ?? {};
    const items = listItems(schema);
    const isWhole = items === undefined || text.trimStart().startsWith("[");
    if (isWhole && name in input) throw new UsageError(`--${name} is given more than once.`);
    if (isWhole) input[name] = typedValue(name, text, schema);
    else input[name] = [...((input[name] as unknown[] | undefined) ?? []), typedValue(name, text, items)];
  }
  return input;
}

function listItems(schema: Schema): Schema | undefined {
  const list = branches(schema).find(({ type }) => type === "array");
  return list && ((list.items ?? {}) as Schema);
}

function branches(schema: Schema): readonly Schema[] {
  return Array.isArray(schema.anyOf) ? schema.anyOf.flatMap(branches) : [schema];
}

function typedValue(name: string, text: string, schema: Schema): unknown {
  const types = branches(schema).map(({ type, enum: literals }) => (literals ? "string" : type));
  const has = (...wanted: unknown[]) => types.some((type) => wanted.includes(type));
  if (has("null") && text === "null") return null;
  if (has("integer", "number") && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (has("boolean") && (text === "true" || text === "false")) return text === "true";
  if (has("string")) return text;
  // Objects, lists and fields of any type take JSON; a value that is no JSON is a text.
  const json = text.startsWith("@") ? readText(text.slice(1)) : text;
  const value = parsed(json);
  if (value === undefined && /^\s*[{[]/.test(json)) {
    throw new UsageError(`--${name} ${documentFault(json)}. Write a text that begins so as a JSON string.`);
  }
  return value === undefined ? text : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
