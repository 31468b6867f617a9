/**
 * The JSON schemas that people give for payloads. Only keywords whose check takes time in proportion to the payload are
 * allowed: no references, no combinations, and patterns of plain text. Pure.
 */
import { invalid } from "../kernel/problem.ts";

const BYTES_MAX = 8 * 1_024;
const DEPTH_MAX = 6;
const VALUES_MAX = 200;
const PATTERN_LENGTH_MAX = 500;
const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];
/** Plain text, where a sign of the language of patterns has a backslash. */
const PLAIN = "(?:[^\\\\^$.*+?()[\\]{}|]|\\\\[\\\\^$.*+?()[\\]{}|/])*";
/** At most one `.*`, and only after `^`: other patterns can take much longer than their text. */
const PATTERN = new RegExp(`^(?:\\^${PLAIN}(?:\\.\\*${PLAIN})?|${PLAIN})\\$?$`, "u");

type Schema = Readonly<Record<string, unknown>>;

/** Throws unless the schema is one that a payload can be checked against in little time. */
export function requirePayloadSchema(schema: Schema): void {
  if (Buffer.byteLength(JSON.stringify(schema)) > BYTES_MAX)
    throw invalid("/payload_schema", `has more than ${BYTES_MAX} bytes.`);
  requireNode(schema, "/payload_schema", 1);
}

function requireNode(node: unknown, path: string, depth: number): void {
  if (depth > DEPTH_MAX) throw invalid(path, `is deeper than ${DEPTH_MAX} levels.`);
  if (!isObject(node)) throw invalid(path, "must be an object.");
  for (const [word, value] of Object.entries(node)) requireWord(word, value, `${path}/${word}`, depth);
}

function requireWord(word: string, value: unknown, path: string, depth: number): void {
  if (word === "items") requireNode(value, path, depth + 1);
  else if (word === "properties") requireProperties(value, path, depth + 1);
  else requireFits(WORDS.get(word), value, path);
}

function requireProperties(value: unknown, path: string, depth: number): void {
  if (!isObject(value)) throw invalid(path, "must be an object.");
  for (const [name, node] of Object.entries(value)) requireNode(node, `${path}/${name}`, depth);
}

interface Word {
  fits(value: unknown): boolean;
  message: string;
}

function requireFits(word: Word | undefined, value: unknown, path: string): void {
  if (!word) throw invalid(path, "is not a keyword that rules know.");
  if (!word.fits(value)) throw invalid(path, word.message);
}

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isFew = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.length <= VALUES_MAX;
const isTexts = (value: unknown) =>
  Array.isArray(value) && value.length <= VALUES_MAX && value.every((one) => typeof one === "string");
const isType = (value: unknown) =>
  TYPES.includes(String(value)) && typeof value === "string"
    ? true
    : isFew(value) && value.every((one) => typeof one === "string" && TYPES.includes(one));
const isScalar = (value: unknown) =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isPattern = (value: unknown) =>
  typeof value === "string" && value.length <= PATTERN_LENGTH_MAX && PATTERN.test(value);

const COUNT: Word = { fits: isCount, message: "must be a whole number from 0 on." };
const NUMBER: Word = { fits: (value) => typeof value === "number", message: "must be a number." };
const TEXT: Word = { fits: (value) => typeof value === "string", message: "must be a text." };
const SCALAR = "a text, a number, true, false or null";
const WORDS: ReadonlyMap<string, Word> = new Map([
  ["type", { fits: isType, message: `must be one of ${TYPES.join(", ")}, or a list of them.` }],
  ["required", { fits: isTexts, message: "must be a list of names." }],
  ["const", { fits: isScalar, message: `must be ${SCALAR}.` }],
  ["enum", { fits: (value) => isFew(value) && value.every(isScalar), message: `must be a list of ${SCALAR}.` }],
  ["additionalProperties", { fits: (value) => typeof value === "boolean", message: "must be true or false." }],
  ["pattern", { fits: isPattern, message: "must be plain text with ^, $ and, after ^, at most one .*" }],
  ["minimum", NUMBER],
  ["maximum", NUMBER],
  ["minLength", COUNT],
  ["maxLength", COUNT],
  ["minItems", COUNT],
  ["maxItems", COUNT],
  ["title", TEXT],
  ["description", TEXT],
]);
