/** An operation as a command that can be pasted into a shell. */
import type { Operation } from "../../kernel/operation.ts";
import { isReadFromQuery, methodOf, parametersOf, pathOf } from "../route.ts";
import type { Schema } from "./typescript.ts";

export function curlText(operation: Operation, baseUrl: string): string {
  const { route, input } = operation;
  // A typebox object is a JSON Schema.
  const shape = input as unknown as Schema;
  const properties = input.properties as Record<string, Schema>;
  const path = pathOf(route).replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    String(sample(properties[name] ?? {}, name)),
  );
  const inPath = parametersOf(route);
  const given = Object.entries(sampleObject(shape)).filter(([name]) => !inPath.includes(name));
  const method = methodOf(route);
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quoted(`${baseUrl}/api${path}${queryText(route, given)}`)}`,
  ];
  if (operation.kind !== "public") lines.push(`-H "Authorization: Bearer $BAILIWICK_KEY"`);
  if (!isReadFromQuery(route) && given.length > 0) {
    lines.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(Object.fromEntries(given)))}`);
  }
  return lines.join(" \\\n  ");
}

function queryText(route: Operation["route"], given: [string, unknown][]): string {
  if (!isReadFromQuery(route) || given.length === 0) return "";
  return `?${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const SAMPLE_ID = "0190d3b5-7a52-7c3e-9a0f-4f1b2c3d4e5f";

/** Returns a value that fits the schema. */
function sample(shape: Schema, name = ""): unknown {
  if ("const" in shape) return shape.const;
  if (Array.isArray(shape.examples)) return shape.examples[0];
  if (shape.default !== undefined) return shape.default;
  if (Array.isArray(shape.enum)) return shape.enum[0];
  const branches = shape.anyOf ?? shape.oneOf;
  if (Array.isArray(branches)) return sample(branches[0] as Schema, name);
  switch (shape.type) {
    case "object":
      return sampleObject(shape);
    case "array":
      return [sample((shape.items ?? {}) as Schema, name)];
    case "string":
      return sampleText(shape, name);
    case "integer":
    case "number":
      return Number(shape.minimum ?? 1);
    case "boolean":
      return true;
    default:
      return {};
  }
}

/** Returns only the fields that are required. */
function sampleObject(shape: Schema): Record<string, unknown> {
  const properties = (shape.properties ?? {}) as Record<string, Schema>;
  const required = Array.isArray(shape.required) ? shape.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {}, name)]));
}

function sampleText({ format, maxLength }: Schema, name: string): string {
  if (format === "uuid") return SAMPLE_ID;
  if (format === "date-time") return "2026-12-31T12:00:00Z";
  if (format === "idn-email" || name === "email") return "ada@example.org";
  if (format === "uri" || name.endsWith("url")) return "https://example.org";
  return name.replaceAll("_", " ").slice(0, Number(maxLength ?? 100)) || "text";
}
