/** Returns at most `lengthMax` characters of a text, in UTF-16, and never half of a surrogate pair. */
export function firstCharacters(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const last = text.charCodeAt(lengthMax - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? lengthMax - 1 : lengthMax);
}
