/** One field of a result, for shell scripts. */
import { printableJson, printableLines } from "./printable.ts";

/** Returns the text of a field, such as `id` or `items.0.title`. `items.title` is the title of each item, one a line. */
export function pickedText(output: unknown, path: string): string {
  const values = pick(output, path.split("."));
  // Some results are shown only once, so the message holds all of this one.
  if (!values) throw new Error(`The operation is done. Its result has no field ${path}: ${printableJson(output)}`);
  return values.map((value) => (typeof value === "string" ? printableLines(value) : printableJson(value))).join("\n");
}

/** Returns undefined when a value has no such field. */
function pick(value: unknown, [name, ...rest]: readonly string[]): unknown[] | undefined {
  if (name === undefined) return [value];
  if (Array.isArray(value) && !/^\d+$/.test(name)) {
    const picked = value.map((item) => pick(item, [name, ...rest]));
    return picked.every((one) => one !== undefined) ? picked.flat() : undefined;
  }
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  // The own property has just been found.
  return pick((value as Record<string, unknown>)[name], rest);
}
