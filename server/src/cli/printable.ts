/** Shows control characters and hidden ones of a text, which could move the cursor of a terminal, by their numbers. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}
