/** The failure of a delivery in words. The network gives codes, and receivers give anything. Pure. */

const CODES: readonly [RegExp, (part: string) => string][] = [
  [/^getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (\S+)$/, (host) => `The address ${host} was not found.`],
  [/ECONNREFUSED\s*(\S*)/, (at) => `The connection${at && ` to ${at}`} was refused.`],
  [/ECONNRESET|socket hang up|other side closed()/, () => "The receiver closed the connection."],
  [/ETIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT()/, () => "The receiver did not answer in time."],
  [/CERT_|certificate()/i, () => "The certificate of the receiver is not valid."],
];

export function errorText(error: string): string {
  for (const [code, words] of CODES) {
    const found = code.exec(error);
    if (found) return words(found[1] ?? "");
  }
  return error;
}
