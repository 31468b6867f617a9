/**
 * Leaves out the fields without a value from the output of a tool, because a model pays for every `null` that it reads.
 * Only a field that may be null by its schema is left out, and nothing inside a document of a caller.
 */
import type { TSchema } from "typebox";

type Write = (value: unknown) => unknown;

const unchanged: Write = (value) => value;

/** Returns the function that writes outputs of this schema. It is made once for each tool. */
export function outputWriter(schema: TSchema): Write {
  // The keywords of JSON Schema, which the type of typebox does not list.
  const { properties, items, anyOf } = schema as {
    properties?: Record<string, TSchema>;
    items?: TSchema;
    anyOf?: (TSchema & { type?: string })[];
  };
  if (properties) return objectWriter(properties);
  if (items && !Array.isArray(items)) return listWriter(outputWriter(items));
  // A field of several shapes stays as it is, except one shape that may be null.
  const [only, ...others] = (anyOf ?? []).filter(({ type }) => type !== "null");
  return only && others.length === 0 ? orNull(outputWriter(only)) : unchanged;
}

function objectWriter(properties: Record<string, TSchema>): Write {
  const writers = new Map(Object.entries(properties).map(([name, field]) => [name, outputWriter(field)]));
  return (value) => {
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value).filter(([name, field]) => field !== null || !writers.has(name));
    return Object.fromEntries(fields.map(([name, field]) => [name, (writers.get(name) ?? unchanged)(field)]));
  };
}

function listWriter(write: Write): Write {
  return write === unchanged ? unchanged : (value) => (Array.isArray(value) ? value.map(write) : value);
}

function orNull(write: Write): Write {
  return write === unchanged ? unchanged : (value) => (value === null ? null : write(value));
}
