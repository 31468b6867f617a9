/** Values for examples: one that the shape takes, and no more than must be given. */
import type { Shape } from "./words.ts";

const SAMPLE_ID = "0190d3b5-7a52-7c3e-9a0f-4f1b2c3d4e5f";

/** A value the shape takes, for an example. */
export function sample(shape: Shape, name = ""): unknown {
  if ("const" in shape) return shape.const;
  if (Array.isArray(shape.examples)) return shape.examples[0];
  if (shape.default !== undefined) return shape.default;
  if (Array.isArray(shape.enum)) return shape.enum[0];
  const branches = shape.anyOf ?? shape.oneOf;
  if (Array.isArray(branches)) return sample(branches[0] as Shape, name);
  switch (shape.type) {
    case "object":
      return sampleObject(shape);
    case "array":
      return [sample((shape.items ?? {}) as Shape, name)];
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

/** Only what must be given. */
export function sampleObject(shape: Shape): Record<string, unknown> {
  const properties = (shape.properties ?? {}) as Record<string, Shape>;
  const required = Array.isArray(shape.required) ? shape.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, sample(properties[name] ?? {}, name)]));
}

function sampleText({ format, maxLength }: Shape, name: string): string {
  if (format === "uuid") return SAMPLE_ID;
  if (format === "date-time") return "2026-12-31T12:00:00Z";
  if (format === "email" || name === "email") return "ada@example.org";
  if (format === "uri" || name.endsWith("url")) return "https://example.org";
  return name.replaceAll("_", " ").slice(0, Number(maxLength ?? 100)) || "text";
}
