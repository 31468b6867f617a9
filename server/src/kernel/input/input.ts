/** Reads an input once, for every surface: the operation's own shape, then values that the database can hold. */
import type { TObject } from "typebox";
import { Compile } from "typebox/compile";
import { type FieldError, Problem } from "../problem.ts";
import { INPUT_VALUES_MAX } from "../schema.ts";
import { documentFault } from "./document.ts";
import { shapeErrors } from "./errors.ts";

export type InputReader = (input: unknown) => Record<string, unknown>;

/** Compiles the reader of one operation's input. The reader returns the input itself or throws `invalid_input`. */
export function inputReader(schema: TObject): InputReader {
  const validator = Compile(schema);
  return (input) => {
    // Only Check decides. A list of errors may be cut short or empty, so it serves the wording alone.
    if (!validator.Check(input)) throw inputProblem(shapeErrors(schema, input));
    // Check has just said that it is an object of this shape.
    const fields = input as Record<string, unknown>;
    const errors = valueErrors(fields);
    if (errors.length > 0) throw inputProblem(errors);
    return fields;
  };
}

/** At most one error for each field. The values of all fields together are counted against one limit. */
function valueErrors(fields: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  let room = INPUT_VALUES_MAX;
  for (const name in fields) {
    const { fault, values } = documentFault(fields[name], name, room);
    if (fault) errors.push(fault);
    room -= values;
  }
  return errors;
}

function inputProblem(errors: FieldError[]): Problem {
  const [first] = errors;
  const field = first?.path.slice(1).replaceAll("/", ".");
  const detail = field ? `${field}: ${first?.message}` : `The input ${first?.message}`;
  return new Problem("invalid_input", detail, { errors });
}
