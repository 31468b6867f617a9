/** JSON Schema as a TypeScript type, written the way a person would. */

/** A schema as plain JSON. */
export type Schema = Readonly<Record<string, unknown>>;

export interface TypeOptions {
  /** The name of a shape that is declared once and used in several places. */
  nameOf(schema: Schema): string | undefined;
  /** Callers may pass `undefined` for a field they leave out. */
  isInput: boolean;
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

/** A longer union of literals stands one below the other. */
const LINE_LENGTH_MAX = 90;

export function typeText(schema: Schema, options: TypeOptions): string {
  return options.nameOf(schema) ?? bodyText(schema, options);
}

/** The type itself, even where it has a name. */
export function bodyText(schema: Schema, options: TypeOptions): string {
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return unionText(schema.enum.map((value) => JSON.stringify(value)));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return joined(alternatives, " | ", options);
  if (Array.isArray(schema.allOf)) return joined(schema.allOf, " & ", options);
  if (schema.type === "object") return objectText(schema, options);
  if (schema.type === "array") return arrayText(schema, options);
  if (schema.type === undefined && !("$ref" in schema)) return "unknown";
  const primitive = PRIMITIVES[String(schema.type)];
  if (!primitive) throw new Error(`No TypeScript type is known for the schema ${JSON.stringify(schema)}.`);
  return primitive;
}

function joined(schemas: readonly Schema[], by: " | " | " & ", options: TypeOptions): string {
  const texts = schemas.map((schema) => typeText(schema, options));
  if (by === " | ") return unionText([...new Set(texts)]);
  return texts.map((text) => (text.includes("|") ? `(${text})` : text)).join(by);
}

function unionText(texts: readonly string[]): string {
  const line = texts.join(" | ");
  return line.length <= LINE_LENGTH_MAX ? line : texts.map((text) => `\n  | ${text}`).join("");
}

function arrayText({ items, prefixItems }: Schema, options: TypeOptions): string {
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined;
  if (tuple) return `[${tuple.map((item: Schema) => typeText(item, options)).join(", ")}]`;
  const item = typeText((items ?? {}) as Schema, options);
  return /^[^{]* [|&] /.test(item) || item.startsWith("\n") ? `(${item})[]` : `${item}[]`;
}

function objectText(schema: Schema, options: TypeOptions): string {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return `Record<string, ${restText(schema, options)}>`;
  const lines = fields.flatMap(({ name, schema, isRequired }) => {
    const mark = isRequired ? "" : "?";
    const absent = !isRequired && options.isInput ? " | undefined" : "";
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const text = typeText(schema, options);
    return [...docLines(schema), `${key}${mark}:${text.startsWith("\n") ? "" : " "}${text}${absent};`];
  });
  return `{\n${indented(lines.join("\n"))}\n}`;
}

interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

export function fieldsOf({ properties, required }: Schema): Field[] {
  // Required is a list of names wherever a schema has it.
  const names = (required ?? []) as readonly string[];
  return Object.entries((properties ?? {}) as Record<string, Schema>).map(([name, schema]) => ({
    name,
    schema,
    isRequired: names.includes(name),
  }));
}

/** The type of the values of an object without named fields. */
function restText({ patternProperties, additionalProperties, properties }: Schema, options: TypeOptions): string {
  const [pattern] = Object.values((patternProperties ?? {}) as Record<string, Schema>);
  if (pattern) return typeText(pattern, options);
  if (additionalProperties === false && properties) return "never";
  return additionalProperties && typeof additionalProperties === "object"
    ? typeText(additionalProperties as Schema, options)
    : "unknown";
}

/** The comment over a field, when there is something to say. */
function docLines(schema: Schema): string[] {
  // Every time is written in one way, which the head of the file tells.
  if (schema.format === "date-time") return [];
  const standard = schema.default === undefined ? [] : [`Default ${JSON.stringify(schema.default)}.`];
  return commentLines([schema.description, ...standard].filter((text) => typeof text === "string").join(" "));
}

export function commentLines(text: string): string[] {
  if (!text) return [];
  const safe = text.replaceAll("*/", "* /");
  const lines = safe.split("\n");
  return lines.length === 1 ? [`/** ${safe} */`] : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
