/** Checks a payload against the input schema of a tool, which another server wrote. */
import { Check, Errors } from "typebox/schema";
import { invalid } from "../../kernel/problem.ts";

const ERROR_LENGTH_MAX = 300;
/** An expression of the other server could keep this server busy. The tool itself checks the text. */
const NOT_CHECKED: ReadonlySet<string> = new Set(["pattern", "patternProperties", "format"]);

/** Throws when the payload does not fit the schema of the tool. */
export function requireFits(schema: object, payload: Record<string, unknown>): void {
  const checked = withoutExpressions(schema);
  let fault: string | undefined;
  try {
    if (Check(checked, payload)) return;
    const [, errors] = Errors(checked, payload);
    const [first] = errors;
    throw invalid(
      `/payload${first?.instancePath ?? ""}`,
      `${first?.message ?? "does not fit the tool"}.`.slice(0, ERROR_LENGTH_MAX),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name === "Problem") throw error;
    // A schema that refers to itself without end, or to what it does not have.
    fault = "cannot be checked, because the tool has a wrong schema.";
  }
  throw invalid("/payload", fault);
}

/** Under these names stand schemas by name; under those, values. */
const BY_NAME: ReadonlySet<string> = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);
const VALUES: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);

function withoutExpressions(schema: object): Record<string, unknown> {
  const isOpen = "patternProperties" in schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) => {
      if (NOT_CHECKED.has(name) || (isOpen && name === "additionalProperties")) return [];
      if (VALUES.has(name)) return [[name, value]];
      if (!BY_NAME.has(name) || !isObject(value)) return [[name, inner(value)]];
      return [[name, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]))]];
    }),
  );
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  return isObject(value) ? withoutExpressions(value) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
