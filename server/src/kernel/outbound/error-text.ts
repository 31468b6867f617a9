/** The failure of a connection in words. The network gives codes. Pure. */

const CODES: readonly [RegExp, (part: string) => string][] = [
  [/^(?:getaddrinfo|query\w*) (?:ENOTFOUND|EAI_AGAIN|ENODATA) (\S+)$/, (host) => `The address ${host} was not found.`],
  [/ECONNREFUSED\s*(\S*)/, (at) => `The connection${at && ` to ${at}`} was refused.`],
  [/ECONNRESET|socket hang up|other side closed()/, () => "The other side closed the connection."],
  [/E(?:HOST|NET)UNREACH\s*(\S*)/, (at) => `There is no way to ${at || "the address"}.`],
  [/ETIMEDOUT()/, () => "There was no answer in time."],
  [/^(.*(?:CERT_|certificate).*)$/i, (reason) => `The certificate of the other side is not valid: ${reason}.`],
];

export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failure of several addresses has no text of its own.
  const { message, code } = error as NodeJS.ErrnoException;
  const text = message || code || "The connection failed.";
  for (const [pattern, words] of CODES) {
    const found = pattern.exec(text);
    if (found) return words(found[1] ?? "");
  }
  return text;
}
