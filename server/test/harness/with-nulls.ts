/** Puts back the fields that a tool leaves out, so that its answer can be compared with that of REST. */
import type { TSchema } from "typebox";

interface Keywords {
  properties?: Record<string, TSchema>;
  required?: string[];
  items?: TSchema;
  anyOf?: (TSchema & { type?: string })[];
}

/** Only a field that the schema requires and that may be null is put back. */
export function withNulls(schema: TSchema, value: unknown): unknown {
  const { properties, required = [], items, anyOf = [] } = schema as Keywords;
  if (Array.isArray(value)) return items ? value.map((one) => withNulls(items, one)) : value;
  const shapes = anyOf.filter(({ type }) => type !== "null");
  if (shapes.length === 1 && shapes[0]) return withNulls(shapes[0], value);
  if (!properties || typeof value !== "object" || value === null) return value;
  const given = Object.entries(value).map(([name, field]) => [name, withNulls(properties[name] ?? {}, field)]);
  const absent = required.filter((name) => !(name in value) && mayBeNull(properties[name] ?? {}));
  return Object.fromEntries([...given, ...absent.map((name) => [name, null])]);
}

function mayBeNull(schema: TSchema): boolean {
  const { type, anyOf } = schema as Keywords & { type?: string };
  if (anyOf) return anyOf.some(mayBeNull);
  return type === "null" || !["type", "enum", "const", "$ref"].some((keyword) => keyword in schema);
}
