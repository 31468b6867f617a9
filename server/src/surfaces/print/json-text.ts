/** JSON for people: what fits on one line stands on one line, so that a change shows as few lines. */
const LINE_LENGTH_MAX = 120;

/** `used` is the length of what stands before the value on its line. */
export function jsonText(value: unknown, indent = "", used = indent.length): string {
  const line = lineText(value);
  if (value === null || typeof value !== "object" || used + line.length < LINE_LENGTH_MAX) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value)
    ? value.map((item) => jsonText(item, inner))
    : Object.entries(value).map(([name, field]) => {
        const key = `${JSON.stringify(name)}: `;
        return key + jsonText(field, inner, inner.length + key.length);
      });
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

function lineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineText).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${lineText(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
