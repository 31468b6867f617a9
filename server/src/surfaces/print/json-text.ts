/** JSON for people: what fits on one line stands on one line, so that a change shows as few lines. */
const LINE_LENGTH_MAX = 120;

/** The characters before and after a value on its line. */
interface Place {
  indent: string;
  before: number;
  after: number;
}

/** `used` is the length of what stands before the value on its line. */
export function jsonText(value: unknown, indent = "", used = indent.length): string {
  return textAt(value, { indent, before: used, after: 0 });
}

function textAt(value: unknown, place: Place): string {
  const line = lineText(value);
  if (isScalar(value) || place.before + line.length + place.after < LINE_LENGTH_MAX) return line;
  const whole = value as object;
  return onlyText(whole, place) ?? blockText(whole, place.indent);
}

/** The single entry of an object or a list begins on the line of its bracket, unless it is a text that is too long. */
function onlyText(value: object, { indent, before, after }: Place): string | undefined {
  const [first, second] = Object.entries(value);
  if (!first || second || isScalar(first[1])) return undefined;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : [`{ ${JSON.stringify(first[0])}: `, " }"];
  return open + textAt(first[1], { indent, before: before + open.length, after: after + close.length }) + close;
}

function blockText(value: object, indent: string): string {
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value) ? itemTexts(value, inner) : fieldTexts(value, inner);
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

function fieldTexts(value: object, indent: string): string[] {
  return Object.entries(value).map(([name, field]) => {
    const key = `${JSON.stringify(name)}: `;
    return key + textAt(field, { indent, before: indent.length + key.length, after: 0 });
  });
}

function itemTexts(values: readonly unknown[], indent: string): string[] {
  if (!values.every(isScalar)) return values.map((item) => textAt(item, { indent, before: indent.length, after: 0 }));
  // Each line holds as many scalars as it can.
  const lines: string[] = [];
  for (const value of values) {
    const text = JSON.stringify(value);
    const last = lines.at(-1);
    const isFull = last === undefined || indent.length + last.length + text.length + ", ,".length > LINE_LENGTH_MAX;
    if (isFull) lines.push(text);
    else lines[lines.length - 1] = `${last}, ${text}`;
  }
  return lines;
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value !== "object";
}

function lineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineText).join(", ")}]`;
  if (isScalar(value)) return JSON.stringify(value);
  const fields = Object.entries(value as object).map(([name, field]) => `${JSON.stringify(name)}: ${lineText(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
