/** Checks an input once, for every surface: first the operation's shape, then the limits of the database. */
import type { TObject } from "typebox";
import { Compile } from "typebox/compile";
import { Set as setFormat } from "typebox/format";
import { isEmail } from "../email.ts";
import { type FieldError, Problem } from "../problem.ts";
import { documentFault, INPUT_LIMITS, type InputLimits, itemsWalked, type Walked } from "./document.ts";
import { shapeErrors } from "./errors.ts";
import { lowerIds } from "./lower-ids.ts";

setFormat("idn-email", isEmail);

export interface Reading {
  /** The fields as the caller gave them, with ids in lower case. */
  given: Record<string, unknown>;
  /** The given fields, and the defaults of the fields that the caller left out. */
  fields: Record<string, unknown>;
  /** The size of the values of all fields, as PostgreSQL prints them. */
  bytes: number;
}

/** Throws `invalid_input` when the input does not fit. */
export type InputReader = (input: unknown) => Reading;

/** Compiles the reader of one operation's input. */
export function inputReader(schema: TObject, limits = INPUT_LIMITS): InputReader {
  const validator = Compile(schema);
  const fill = defaultsOf(schema);
  const lower = lowerIds(schema) ?? ((input: unknown) => input);
  return (sent) => {
    const input = lower(sent);
    // Only Check decides. The list of errors may be short or empty, so it only serves the wording.
    if (!validator.Check(input)) throw inputProblem(shapeErrors(schema, input));
    // Check has accepted the input as an object of this shape.
    const given = input as Record<string, unknown>;
    const { errors, bytes, judged } = readValues(given, limits);
    if (errors.length > 0) throw inputProblem(errors);
    return { given, fields: fill({ ...given, ...judged }), bytes };
  };
}

/** Returns a function that fills in the defaults of the shape (`Defaulted`). */
function defaultsOf({ properties }: TObject): (given: Reading["given"]) => Reading["fields"] {
  const defaults: Record<string, unknown> = Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => ("default" in schema ? [[name, schema.default]] : [])),
  );
  const names = Object.keys(defaults);
  if (names.length === 0) return (given) => given;
  return (given) => {
    const fields = { ...defaults, ...given };
    for (const name of names) if (fields[name] === undefined) fields[name] = defaults[name];
    return fields;
  };
}

/** Returns at most one error per field. The values of all fields count against one limit. */
function readValues(fields: Record<string, unknown>, limits: InputLimits) {
  const errors: FieldError[] = [];
  const judged: Record<string, unknown> = {};
  let room = limits.values;
  let bytes = 0;
  for (const name in fields) {
    const value = fields[name];
    const isApart = name === limits.judgedApart && Array.isArray(value);
    const walked: Walked & { items?: unknown[] } = isApart
      ? itemsWalked(value, name, room, limits)
      : documentFault(value, name, room, limits);
    if (isApart) judged[name] = walked.items;
    if (walked.fault) errors.push(walked.fault);
    room -= walked.values;
    bytes += walked.bytes;
  }
  return { errors, bytes, judged };
}

function inputProblem(errors: FieldError[]): Problem {
  const [first] = errors;
  const field = first?.path.slice(1).replaceAll("/", ".");
  const detail = field ? `${field}: ${first?.message}` : `The input ${first?.message}`;
  return new Problem("invalid_input", detail, { errors });
}
