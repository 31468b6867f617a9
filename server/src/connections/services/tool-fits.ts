/** Checks a payload against the input schema of a tool, which another server wrote. */
import { Check, Errors } from "typebox/schema";
import { invalid } from "../../kernel/problem.ts";

const ERROR_LENGTH_MAX = 300;
/**
 * The rules that are checked. Each looks at a value once. Expressions, references and alternatives of the other server could keep
 * this server busy for hours, so the tool itself checks those.
 */
const VALUES: ReadonlySet<string> = new Set([
  "type",
  "enum",
  "const",
  "required",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
]);

/** Throws when the payload does not fit the schema of the tool. A rule that is no rule of JSON schema allows everything. */
export function requireFits(schema: object, payload: Record<string, unknown>): void {
  const checked = simple(schema);
  if (Check(checked, payload)) return;
  const [, errors] = Errors(checked, payload);
  const [first] = errors;
  const message = `${first?.message ?? "does not fit the tool"}.`;
  throw invalid(`/payload${first?.instancePath ?? ""}`, message.slice(0, ERROR_LENGTH_MAX));
}

/** Returns the schema with the rules that are checked, down to each property and item. */
function simple(schema: unknown): Record<string, unknown> | boolean {
  if (typeof schema === "boolean") return schema;
  // The rules next to a reference count in some versions of JSON schema and not in others.
  if (!isObject(schema) || "$ref" in schema) return {};
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]): [string, unknown][] => {
      if (VALUES.has(name)) return [[name, value]];
      if (name === "properties" && isObject(value)) {
        return [[name, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, simple(one)]))]];
      }
      if (name === "items" && !("prefixItems" in schema) && !Array.isArray(value)) return [[name, simple(value)]];
      if (name === "additionalProperties" && !("patternProperties" in schema)) return [[name, simple(value)]];
      return [];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
