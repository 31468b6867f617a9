/** Shapes that have all fields of another shape. The OpenAPI document lists such fields once. */
import type { NamedShape } from "./shapes.ts";
import type { Schema } from "./typescript.ts";

/** A smaller shape is not worth a base. */
const BASE_FIELDS_MIN = 5;

export interface Extension {
  base: string;
  /** The fields beyond those of the base. */
  own: Schema;
}

const fieldsOf = ({ properties }: Schema) => Object.entries((properties ?? {}) as Record<string, Schema>);
const requiredOf = ({ required }: Schema) => (required ?? []) as readonly string[];

/** Returns the extension of each shape that has one, by its name. No input uses a base, because a base accepts more fields. */
export function extensionsOf(
  shapes: readonly NamedShape[],
  isOpen: (shape: NamedShape) => boolean,
): Map<string, Extension> {
  const bases = shapes
    .filter((shape) => fieldsOf(shape.schema).length >= BASE_FIELDS_MIN && isOpen(shape))
    .sort((one, other) => fieldsOf(other.schema).length - fieldsOf(one.schema).length);
  const extensions = shapes.flatMap(({ name, schema }): [string, Extension][] => {
    const base = bases.find((candidate) => candidate.name !== name && extendsBase(schema, candidate.schema));
    return base ? [[name, { base: base.name, own: ownPart(schema, base.schema) }]] : [];
  });
  return new Map(extensions);
}

function extendsBase(schema: Schema, base: Schema): boolean {
  const fields = new Map(fieldsOf(schema).map(([name, field]) => [name, JSON.stringify(field)]));
  const required = requiredOf(schema);
  return (
    fields.size > fieldsOf(base).length &&
    fieldsOf(base).every(([name, field]) => fields.get(name) === JSON.stringify(field)) &&
    fieldsOf(base).every(([name]) => required.includes(name) === requiredOf(base).includes(name))
  );
}

function ownPart(schema: Schema, base: Schema): Schema {
  const inherited = new Set(fieldsOf(base).map(([name]) => name));
  const required = requiredOf(schema).filter((name) => !inherited.has(name));
  return {
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(fieldsOf(schema).filter(([name]) => !inherited.has(name))),
  };
}
