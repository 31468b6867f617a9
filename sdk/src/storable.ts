/** JSON that the database of the server can hold. */

/** The largest document that the server takes. */
export const DOCUMENT_BYTES_MAX = 256 * 1024;
/** The codes of a refusal that another document can avoid. */
export const DOCUMENT_UNFIT: readonly string[] = ["invalid_input", "too_large"];
const NUMBER_DIGITS_MAX = 40;
const REPLACEMENT = "\uFFFD";
const BEGINNING_LENGTH_MAX = 2_000;
/** Finds all JSON that must change, and some that need not. */
const SUSPECT = /\\u0000|\\ud[89a-f]|__proto__|\de[+-]\d/;

/**
 * Prints a value as JSON in which U+FFFD replaces each NUL and each half of a surrogate pair. A number that the server
 * refuses becomes a text. Returns undefined for undefined, and throws for a value that JSON cannot hold.
 */
export function toJson(value: unknown): string | undefined {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined || !SUSPECT.test(json)) return json;
  return JSON.stringify(storable(JSON.parse(json)));
}

function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "number") return digitsOf(value) > NUMBER_DIGITS_MAX ? String(value) : value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(storable);
  const fields = new Map<string, unknown>();
  for (const [name, field] of Object.entries(value)) fields.set(freeName(name, fields), storable(field));
  return Object.fromEntries(fields);
}

/** Two names can become equal. The later one gets a longer name, so that no field is lost. */
function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name === "__proto__" ? REPLACEMENT + name : storableText(name);
  while (taken.has(free)) free += REPLACEMENT;
  return free;
}

function storableText(text: string): string {
  return text.replaceAll("\0", REPLACEMENT).replace(/\p{Surrogate}/gu, REPLACEMENT);
}

/** Counts the digits of a number that is written out without an exponent. */
function digitsOf(value: number): number {
  const [mantissa = "", exponent = "0"] = String(Math.abs(value)).split("e");
  const digits = mantissa.replace(".", "").length;
  const power = Number(exponent);
  return power < 0 ? digits - power : Math.max(digits, power + 1);
}

/** Cuts a text to at most `lengthMax` UTF-16 units, never inside a surrogate pair. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return text.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/, "");
}

/** The server keeps this note in place of a document that it cannot keep. */
export interface DocumentNote {
  note: string;
  /** The size of the whole document as JSON. */
  bytes: number;
  /** The first characters of the document as JSON. */
  beginning: string;
}

export function noteOf(json: string, why: string): DocumentNote {
  return {
    note: `Only this note was kept. ${why}`,
    bytes: bytesOf(json),
    beginning: cutText(json, BEGINNING_LENGTH_MAX),
  };
}

/** Returns the reason why the server cannot keep the document, if its size alone decides that. */
export function tooLarge(json: string): string | undefined {
  const bytes = bytesOf(json);
  if (bytes <= DOCUMENT_BYTES_MAX) return undefined;
  return `The document has ${bytes} bytes, and the limit is ${DOCUMENT_BYTES_MAX}.`;
}

function bytesOf(json: string): number {
  return new TextEncoder().encode(json).length;
}
