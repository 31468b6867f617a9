/** Makes inputs with one fault from a valid input. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Operation } from "../../src/kernel/operation.ts";

export interface Fault {
  what: string;
  /** The field that the problem must name. */
  field: string;
  input: Record<string, unknown>;
}

const OTHER_TYPES: readonly unknown[] = [{ wrong: true }, "wrong", 5.5, true, ["wrong"], null, -1e9, [[]], {}, ""];

/** Values of types that the field refuses; none for a field that accepts any type. */
function wrongTypes(schema: TSchema): unknown[] {
  const validator = Compile(schema);
  return OTHER_TYPES.filter((value) => !validator.Check(value));
}

/** Every field with every wrong value, one at a time. */
export function wrongValuesOf({ input: schema }: Operation, right: Record<string, unknown>): Fault[] {
  return Object.entries(schema.properties).flatMap(([field, shape]) =>
    wrongTypes(shape).map((value) => ({
      what: `${field} = ${JSON.stringify(value)}`,
      field,
      input: { ...right, [field]: value },
    })),
  );
}

/** As many fields wrong at once as possible. */
export function allWrong({ input: schema }: Operation): Record<string, unknown> {
  const wrong = Object.entries(schema.properties).map(([field, shape]) => [field, wrongTypes(shape)[0] ?? "any"]);
  return Object.fromEntries(wrong);
}

export function unknownFields(count: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`zz${index}`, true]));
}

export function faultsOf({ input: schema }: Operation, right: Record<string, unknown>): Fault[] {
  const faults: Fault[] = [{ what: "an unknown field", field: "unheard_of", input: { ...right, unheard_of: 1 } }];
  for (const [field, shape] of Object.entries(schema.properties)) {
    const [wrong] = wrongTypes(shape);
    if (wrong !== undefined)
      faults.push({ what: `${field} of another type`, field, input: { ...right, [field]: wrong } });
  }
  // JSON Schema lists the required fields.
  const required = "required" in schema && Array.isArray(schema.required) ? (schema.required as string[]) : [];
  for (const field of required) {
    const { [field]: _, ...rest } = right;
    faults.push({ what: `no ${field}`, field, input: rest });
  }
  return faults;
}

/** The fields of an input that accept any JSON, or any object. */
export function documentFields({ input }: Operation): string[] {
  const takesAny = (schema: TSchema) => {
    const validator = Compile(schema);
    return [{ any: { thing: [1] } }, { other: null }].every((value) => validator.Check(value));
  };
  return Object.entries(input.properties).flatMap(([field, schema]) => (takesAny(schema) ? [field] : []));
}

/** The fields of an input that hold ids, at any depth. */
export function idFields({ input }: Operation): string[] {
  return Object.entries(input.properties)
    .filter(([, schema]) => holdsId(schema))
    .map(([field]) => field);
}

interface Shape {
  format?: unknown;
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
}

function holdsId({ format, anyOf = [], items, properties = {} }: Shape): boolean {
  const inside = [...anyOf, ...(items ? [items] : []), ...Object.values(properties)];
  return format === "uuid" || inside.some(holdsId);
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The first id in a field, at any depth. */
export function idIn(value: unknown): string {
  if (typeof value === "string" && ID.test(value)) return value;
  const parts = value !== null && typeof value === "object" ? Object.values(value) : [];
  return parts.map(idIn).find((id) => id !== "") ?? "";
}

/** The field with each id replaced by this one; a list of ids contains it once. */
export function withId(value: unknown, id: string): unknown {
  if (typeof value === "string") return ID.test(value) ? id : value;
  if (Array.isArray(value)) return value.slice(0, 1).map((part) => withId(part, id));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withId(part, id)]));
}
