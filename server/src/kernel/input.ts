/** Reads an input once, for every surface: text the database can hold, bounded size, the operation's own shape. */
import type { TObject, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { type FieldError, Problem } from "./problem.ts";
import { JSON_DEPTH_MAX, JSON_DOCUMENT_BYTES_MAX } from "./schema.ts";

/** Field errors named in one problem. */
const ERRORS_MAX = 20;

export type InputReader = (input: unknown) => Record<string, unknown>;

/** Compiles the reader of one operation's input; it answers the input itself or throws `invalid_input`. */
export function inputReader(schema: TObject): InputReader {
  const validator = Compile(schema);
  const documents = Object.entries(schema.properties)
    .filter(([, field]) => isDocument(field))
    .map(([name]) => name);
  return (input) => {
    const errors: FieldError[] = [];
    checkText(input, "", 0, errors);
    if (errors.length === 0 && !validator.Check(input)) errors.push(...shapeErrors(validator.Errors(input)));
    // The validator only just said it is an object of this shape.
    const fields = input as Record<string, unknown>;
    if (errors.length === 0) for (const name of documents) checkSize(fields[name], name, errors);
    if (errors.length > 0) throw inputProblem(errors);
    return fields;
  };
}

function inputProblem(errors: FieldError[]): Problem {
  const [first] = errors;
  const field = first?.path.slice(1).replaceAll("/", ".");
  const detail = field ? `${field}: ${first?.message}` : `The input ${first?.message}`;
  return new Problem("invalid_input", detail, { errors: errors.slice(0, ERRORS_MAX) });
}

/** Fields that take any JSON and so have no limits of their own. */
function isDocument(schema: TSchema): boolean {
  if ("anyOf" in schema && Array.isArray(schema.anyOf)) return schema.anyOf.some(isDocument);
  if ("type" in schema) return schema.type === "object" || schema.type === "array";
  return !("enum" in schema) && !("const" in schema);
}

/** PostgreSQL holds neither NUL nor half a surrogate pair, and JSON turns an infinite number into null. */
function checkText(value: unknown, path: string, depth: number, errors: FieldError[]): void {
  if (errors.length >= ERRORS_MAX) return;
  if (typeof value === "string") checkString(value, path, errors);
  if (typeof value === "number" && !Number.isFinite(value)) errors.push({ path, message: "is not a finite number." });
  if (value === null || typeof value !== "object") return;
  if (depth >= JSON_DEPTH_MAX) {
    errors.push({ path: path.slice(0, 200), message: `is nested more than ${JSON_DEPTH_MAX} levels deep.` });
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    checkString(name, path, errors);
    checkText(field, `${path}/${name}`, depth + 1, errors);
  }
}

function checkString(text: string, path: string, errors: FieldError[]): void {
  if (text.includes("\0")) errors.push({ path, message: "must not contain a NUL character." });
  else if (!text.isWellFormed()) errors.push({ path, message: "contains half of a surrogate pair." });
}

function checkSize(value: unknown, name: string, errors: FieldError[]): void {
  if (value === undefined || value === null || typeof value !== "object") {
    if (typeof value !== "string" || value.length * 3 <= JSON_DOCUMENT_BYTES_MAX) return;
  }
  if (Buffer.byteLength(JSON.stringify(value)) > JSON_DOCUMENT_BYTES_MAX) {
    errors.push({ path: `/${name}`, message: `is larger than ${JSON_DOCUMENT_BYTES_MAX} bytes.` });
  }
}

interface ShapeError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

/** Names the field itself where the validator names only the object round it. */
function shapeErrors(errors: readonly ShapeError[]): FieldError[] {
  return errors.slice(0, ERRORS_MAX).flatMap(({ keyword, instancePath, message, params }) => {
    const named = (names: unknown, text: string) =>
      (Array.isArray(names) ? names : []).map((name) => ({ path: `${instancePath}/${String(name)}`, message: text }));
    if (keyword === "additionalProperties" && "additionalProperties" in params) {
      return named(params.additionalProperties, "is not a field of this operation.");
    }
    if (keyword === "required" && "requiredProperties" in params)
      return named(params.requiredProperties, "is required.");
    if (keyword === "boolean") return [];
    return [{ path: instancePath, message: `${message}.` }];
  });
}
