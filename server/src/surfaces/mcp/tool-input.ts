/**
 * Reads the arguments of a tool as the models write them: `null` or an empty text for a field that they leave out, and
 * JSON as text.
 */
import type { TObject, TSchema } from "typebox";
import { Compile } from "typebox/compile";

type Input = Record<string, unknown>;
export type ReadArguments = (given: Input) => Input;

/** Returns true for a field of any JSON value: its schema states no type. */
export function takesAnyValue(schema: TSchema): boolean {
  return !["type", "anyOf", "enum", "const", "$ref"].some((keyword) => keyword in schema);
}

export function argumentsReader(input: TObject): ReadArguments {
  const required = requiredFields(input);
  const fields = new Map(
    Object.entries(input.properties).map(([name, schema]) => {
      const validator = Compile(schema);
      const isOptional = !required.includes(name);
      // A value that the field accepts has a meaning and stays.
      const dropped = isOptional ? [null, ""].filter((value) => !validator.Check(value)) : [];
      return [name, { dropped, isAny: takesAnyValue(schema) }];
    }),
  );
  return (given) => {
    const read = Object.entries(given).flatMap(([name, value]): [string, unknown][] => {
      const field = fields.get(name);
      if (field?.dropped.some((dropped) => dropped === value)) return [];
      return [[name, field?.isAny && typeof value === "string" ? documentOf(value) : value]];
    });
    return Object.fromEntries(read);
  };
}

export function requiredFields(input: TObject): readonly string[] {
  // JSON Schema leaves the list out when it is empty, and the type of typebox does not say so.
  return (input as { required?: readonly string[] }).required ?? [];
}

/** Returns the object or the list that the text holds, otherwise the text. */
function documentOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
