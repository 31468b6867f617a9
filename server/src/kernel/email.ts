/**
 * Email addresses. An address is stored and compared in lower case, with its domain in ASCII (punycode). People see the
 * domain in its own script.
 */
import { domainToASCII, domainToUnicode } from "node:url";
import { IsEmail } from "typebox/format";

/** The limit of the columns that store addresses. */
const LENGTH_MAX = 254;
/** A name with other letters than ASCII, as RFC 6531 writes it. */
const NAME = /^(?!\.)(?:[\w!#$%&'*+/=?^`{|}~-]|[^\p{ASCII}\p{C}\p{Z}]|\.(?!\.|$))+$/u;
/** `domainToASCII` drops or decodes other characters. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.\-\u00b7\u3002\u30fb\uff0e\uff61]+$/u;

/** Returns true for an address that can get mail. Blanks around the address do not count. The shape limits its length. */
export function isEmail(text: string): boolean {
  const stored = storedEmail(text);
  const { name, domain } = split(stored);
  const isNamed = IsEmail(`${name}@example.org`) || NAME.test(name);
  const fits = stored.length <= Math.max(LENGTH_MAX, text.length);
  return fits && isNamed && domain.includes(".") && IsEmail(`name@${domain}`);
}

/** Returns the form in which an address is stored and compared. */
export function storedEmail(text: string): string {
  const { name, domain } = split(text.trim());
  const isForeign = /\P{ASCII}/u.test(domain) && DOMAIN.test(domain);
  const lowerName = name.normalize("NFC").toLowerCase().normalize("NFC");
  return `${lowerName}@${(isForeign && domainToASCII(domain)) || domain.toLowerCase()}`;
}

/** Returns the form that people read. */
export function shownEmail(stored: string): string {
  const { name, domain } = split(stored);
  return `${name}@${domainToUnicode(domain) || domain}`;
}

/** Returns the row with the address that people read. */
export function withShownEmail<Row extends { email: string }>(row: Row): Row {
  return { ...row, email: shownEmail(row.email) };
}

function split(address: string): { name: string; domain: string } {
  const at = address.lastIndexOf("@");
  return { name: address.slice(0, Math.max(0, at)), domain: address.slice(at + 1) };
}
