/** Says in words what a schema takes. */

/** A schema as plain JSON; the reference only reads it. */
export type Shape = Readonly<Record<string, unknown>>;

/** Names shown of an object before the rest is only counted. */
const FIELDS_MAX = 30;
const DEPTH_MAX = 2;

const FORMATS: Record<string, string> = { uuid: "UUID", "date-time": "time", email: "email address", uri: "URL" };

export function shapeText(shape: Shape, depth = 0): string {
  if ("const" in shape) return JSON.stringify(shape.const);
  if (Array.isArray(shape.enum)) return shape.enum.map((value) => JSON.stringify(value)).join(" or ");
  const branches = shape.anyOf ?? shape.oneOf ?? shape.allOf;
  if (Array.isArray(branches)) {
    return [...new Set(branches.map((branch: Shape) => shapeText(branch, depth)))].join(shape.allOf ? " and " : " or ");
  }
  switch (shape.type) {
    case "object":
      return objectText(shape, depth);
    case "array":
      return `list of ${shapeText((shape.items ?? {}) as Shape, depth)}`;
    case "string":
      return FORMATS[String(shape.format)] ?? "text";
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case undefined:
      return "any JSON";
    default:
      return String(shape.type);
  }
}

function objectText(shape: Shape, depth: number): string {
  const names = Object.keys((shape.properties ?? {}) as Shape);
  if (names.length === 0) return "object";
  if (depth >= DEPTH_MAX) return "object";
  const more = names.length > FIELDS_MAX ? `, and ${names.length - FIELDS_MAX} more` : "";
  return `object {${names.slice(0, FIELDS_MAX).join(", ")}${more}}`;
}

/** The limits of a value, such as `1 to 200` or `at most 500 characters`. */
export function limitsText(shape: Shape): string {
  const { minimum, maximum, maxLength, minLength, minItems, maxItems, default: standard } = shape;
  const parts = [
    range(minimum ?? shape.exclusiveMinimum, maximum ?? shape.exclusiveMaximum, ""),
    FORMATS[String(shape.format)] ? "" : range(Number(minLength) > 1 ? minLength : undefined, maxLength, " characters"),
    range(minItems, maxItems, " entries"),
    standard === undefined ? "" : `${JSON.stringify(standard)} unless given`,
  ];
  const branches = [shape.anyOf, shape.items && [shape.items]].flatMap((list) => (Array.isArray(list) ? list : []));
  return [...parts, ...branches.map((branch: Shape) => limitsText(branch))].filter((part) => part !== "").join(", ");
}

function range(least: unknown, most: unknown, unit: string): string {
  const shown = (value: unknown) => (typeof value === "number" ? value.toLocaleString("en-US") : String(value));
  if (least !== undefined && most !== undefined) return `${shown(least)} to ${shown(most)}${unit}`;
  if (most !== undefined) return `at most ${shown(most)}${unit}`;
  return least === undefined ? "" : `at least ${shown(least)}${unit}`;
}
