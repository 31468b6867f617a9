/** Words the refusal of an input that failed the shape's check. The words do not affect the decision. */
import type { TObject, TSchema } from "typebox";
import { Check, Errors } from "typebox/value";
import type { FieldError } from "../problem.ts";
import { pointer } from "./document.ts";

/** The field errors that one problem lists. */
const ERRORS_MAX = 20;
/** The validator lists the errors of a large value slowly, so the errors of a larger value are not listed. */
const LISTED_VALUES_MAX = 500;

const UNKNOWN = "is not a field of this operation.";

/**
 * Returns at least one error, with bounded work: unknown fields first, then missing and wrong fields in the order of
 * the schema.
 */
export function shapeErrors(schema: TObject, input: unknown): FieldError[] {
  if (input === null || typeof input !== "object" || Array.isArray(input)) {
    return [{ path: "", message: "must be an object." }];
  }
  // The fields of the object are not known yet.
  const fields = input as Record<string, unknown>;
  const errors = unknownFields(schema, fields);
  for (const [name, shape] of Object.entries(schema.properties)) {
    if (errors.length >= ERRORS_MAX) break;
    if (Object.hasOwn(fields, name) && fields[name] !== undefined)
      errors.push(...fieldErrors(shape, name, fields[name]));
    else if (schema.required?.includes(name)) errors.push({ path: pointer([name]), message: "is required." });
  }
  if (errors.length === 0) return [{ path: "", message: "does not fit this operation." }];
  return errors.slice(0, ERRORS_MAX);
}

function unknownFields({ properties }: TObject, fields: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of Object.getOwnPropertyNames(fields)) {
    if (Object.hasOwn(properties, name)) continue;
    errors.push({ path: pointer([name]), message: UNKNOWN });
    if (errors.length >= ERRORS_MAX) break;
  }
  return errors;
}

function fieldErrors(shape: TSchema, name: string, value: unknown): FieldError[] {
  if (Check(shape, value)) return [];
  const path = pointer([name]);
  if (countValues(value, LISTED_VALUES_MAX) > LISTED_VALUES_MAX) {
    return [{ path, message: "does not fit: it has more values than this field allows." }];
  }
  const errors = Errors(shape, value).flatMap((error) => worded(path, error));
  const distinct = new Map(errors.map((error) => [`${error.path} ${error.message}`, error]));
  return distinct.size > 0 ? [...distinct.values()] : [{ path, message: "does not fit this field." }];
}

/** Stops counting above the limit, which also bounds the depth. */
function countValues(value: unknown, limit: number): number {
  if (value === null || typeof value !== "object") return 1;
  let count = 1;
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    if (count > limit) break;
    count += countValues(part, limit - count);
  }
  return count;
}

interface ShapeError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

const FORMATS: Readonly<Record<string, string>> = {
  "idn-email": "must be an email address, such as ada@example.org.",
  uuid: "must be an id, such as 018f6b1e-1c2d-7e3f-8a4b-5c6d7e8f9a0b.",
  "date-time": "must be a time in UTC, such as 2026-01-31T12:00:00Z.",
};

/** Names the field itself where the validator names only the enclosing object. */
function worded(field: string, { keyword, instancePath, message, params }: ShapeError): FieldError[] {
  const path = `${field}${instancePath}`;
  const named = (names: unknown, text: string) =>
    (Array.isArray(names) ? names : []).map((name) => ({ path: `${path}/${String(name)}`, message: text }));
  if (keyword === "additionalProperties" && "additionalProperties" in params) {
    return named(params.additionalProperties, UNKNOWN);
  }
  if (keyword === "required" && "requiredProperties" in params) return named(params.requiredProperties, "is required.");
  if (keyword === "enum" && "allowedValues" in params && Array.isArray(params.allowedValues)) {
    return [{ path, message: `must be one of: ${params.allowedValues.join(", ")}.` }];
  }
  const format = keyword === "format" && "format" in params ? FORMATS[String(params.format)] : undefined;
  if (format !== undefined) return [{ path, message: format }];
  // The value of a nullable field is not null here, and the errors of its other shape say more.
  if (keyword === "anyOf" || (keyword === "type" && "type" in params && params.type === "null")) return [];
  // Unknown fields are checked against the schema `false`.
  if (keyword === "boolean") return [{ path, message: UNKNOWN }];
  return [{ path, message: `${message}.` }];
}
