/** Inputs that are wrong in one place, made from one that is right. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Operation } from "../src/kernel/operation.ts";

export interface Fault {
  what: string;
  /** The field that the problem must name. */
  field: string;
  input: Record<string, unknown>;
}

const OTHER_TYPES: readonly unknown[] = [{ wrong: true }, "wrong", 5.5, true, ["wrong"], null];

/** A value of a type that the field does not take; none for a field that takes any. */
function wrongType(schema: TSchema): { value: unknown } | undefined {
  const validator = Compile(schema);
  const index = OTHER_TYPES.findIndex((value) => !validator.Check(value));
  return index < 0 ? undefined : { value: OTHER_TYPES[index] };
}

export function faultsOf({ input: schema }: Operation, right: Record<string, unknown>): Fault[] {
  const faults: Fault[] = [{ what: "an unknown field", field: "unheard_of", input: { ...right, unheard_of: 1 } }];
  for (const [field, shape] of Object.entries(schema.properties)) {
    const wrong = wrongType(shape);
    if (wrong) faults.push({ what: `${field} of another type`, field, input: { ...right, [field]: wrong.value } });
  }
  // JSON Schema names the fields that must be there.
  const required = "required" in schema && Array.isArray(schema.required) ? (schema.required as string[]) : [];
  for (const field of required) {
    const { [field]: _, ...rest } = right;
    faults.push({ what: `no ${field}`, field, input: rest });
  }
  return faults;
}

/** The fields of an input that hold ids, alone or in a list. */
export function idFields({ input }: Operation): string[] {
  return Object.entries(input.properties)
    .filter(([, schema]) => holdsId(schema))
    .map(([field]) => field);
}

function holdsId(schema: TSchema & { format?: unknown; anyOf?: unknown; items?: unknown }): boolean {
  if (schema.format === "uuid") return true;
  if (Array.isArray(schema.anyOf)) return schema.anyOf.some((branch: TSchema) => holdsId(branch));
  // What an array holds is a schema.
  return schema.items !== undefined && holdsId(schema.items as TSchema);
}

/** The id, or the first of the list, that a field holds. */
export function idIn(value: unknown): string {
  return String(Array.isArray(value) ? value[0] : value);
}
