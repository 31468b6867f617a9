/** Reads attributes of records. Nothing in them is certain. */
import type { Attributes } from "./records.ts";

/** Returns the attribute when it is a text with characters. */
export function string(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Codex sends its numbers as texts. */
export function number(attributes: Attributes, name: string): number | undefined {
  const value = attributes[name];
  const read = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

export function count(attributes: Attributes, name: string): number {
  return number(attributes, name) ?? 0;
}

/** Returns the first count that is there. */
export function first(attributes: Attributes, ...names: readonly string[]): number {
  for (const name of names) {
    const found = number(attributes, name);
    if (found !== undefined) return found;
  }
  return 0;
}
