const HIDDEN = /[\p{Cc}\p{Cf}]/gu;

/** Shows control characters and hidden ones of a text, which could move the cursor of a terminal, by their numbers. */
export function printable(text: string): string {
  return text.replaceAll(HIDDEN, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Escapes them in JSON as JSON does, so that it has the same value. Its own line breaks stay. */
export function printableJson(value: unknown, indent?: number): string {
  // A value without JSON, such as a missing field, prints nothing.
  const json = JSON.stringify(value, null, indent) as string | undefined;
  return (json ?? "").replaceAll(HIDDEN, (one) => (one === "\n" ? one : escaped(one)));
}

/** Escapes them in a text that may have lines and tabs. */
export function printableLines(text: string): string {
  return text.replaceAll(HIDDEN, (one) => (one === "\n" || one === "\t" ? one : escaped(one)));
}

/** A character outside of the basic plane has two units. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, "0")}`,
  ).join("");
}
