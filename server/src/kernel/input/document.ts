/** Checks that PostgreSQL can hold a JSON value, and computes the size that PostgreSQL prints. */
import type { FieldError } from "../problem.ts";
import { INPUT_VALUES_MAX, JSON_DEPTH_MAX, JSON_DOCUMENT_BYTES_MAX, JSON_NUMBER_DIGITS_MAX } from "../schema.ts";

/** A longer path is cut: the caller chooses the names, and they may have any length. */
const PATH_LENGTH_MAX = 200;
/** The size of `, ` between two values, and of `: ` after a name. */
const SEPARATOR_BYTES = 2;
const BRACKETS_BYTES = 2;
/** Characters that JSON writes as an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for these characters.
const ESCAPED = /["\\\u0000-\u001f]/;

/** The limits of an input: the values of all fields together, and the bytes of one field as PostgreSQL prints it. */
export interface InputLimits {
  values: number;
  bytes: number;
  /** A list whose items the operation judges one by one: an item that PostgreSQL cannot hold becomes an `Unfit`. */
  judgedApart?: string;
}

/** Stands in the input in place of an item of a list that is judged one by one. */
export class Unfit {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export const INPUT_LIMITS: InputLimits = { values: INPUT_VALUES_MAX, bytes: JSON_DOCUMENT_BYTES_MAX };

const tooMany = ({ values }: InputLimits) =>
  `has too many values: an input may have ${values}, including those in lists and objects.`;
const tooLarge = ({ bytes }: InputLimits) => `is larger than ${bytes} bytes as it is stored.`;
const TOO_LONG = `has more than ${JSON_NUMBER_DIGITS_MAX} digits when it is written out. Send it as text.`;
const TOO_DEEP = `is nested more than ${JSON_DEPTH_MAX} levels deep.`;

interface Walk {
  /** The number of values that the walk may still visit. */
  room: number;
  bytes: number;
  /** The path of the fault, innermost name first. Built only after a fault was found. */
  path: (string | number)[];
}

export interface Walked {
  /** The visited values. The walk ends at the first fault, or when it has visited too many values. */
  values: number;
  /** The size of the value as PostgreSQL prints it. */
  bytes: number;
  fault?: FieldError;
}

/** Checks all values of one field of the input, up to the limit `room`. */
export function documentFault(value: unknown, field: string, room: number, limits = INPUT_LIMITS): Walked {
  const walk: Walk = { room, bytes: 0, path: [] };
  const fault = faultOf(value, 1, walk);
  const walked = { values: room - Math.max(0, walk.room), bytes: walk.bytes };
  if (walk.room < 0) return { ...walked, fault: { path: pointer([field]), message: tooMany(limits) } };
  if (fault !== undefined)
    return { ...walked, fault: { path: pointer([field, ...walk.path.reverse()]), message: fault } };
  if (walk.bytes <= limits.bytes) return walked;
  return { ...walked, fault: { path: pointer([field]), message: tooLarge(limits) } };
}

/** Checks a list whose items are judged one by one. Only the limits of all items together are a fault of the input. */
export function itemsWalked(list: readonly unknown[], field: string, room: number, limits: InputLimits) {
  const items: unknown[] = [];
  let [values, bytes] = [0, 0];
  const fault = (message: string) => ({ items, values, bytes, fault: { path: pointer([field]), message } });
  for (const item of list) {
    const walk: Walk = { room: room - values, bytes: 0, path: [] };
    const reason = faultOf(item, 1, walk);
    if (walk.room < 0) return fault(tooMany(limits));
    values = room - walk.room;
    bytes += walk.bytes + SEPARATOR_BYTES;
    if (bytes > limits.bytes) return fault(tooLarge(limits));
    items.push(reason === undefined ? item : new Unfit(`${pointer(walk.path.reverse()).slice(1)} ${reason}`.trim()));
  }
  return { items, values, bytes };
}

/**
 * Returns the size of a JSON value as PostgreSQL prints it: `jsonb` adds spaces after `:` and `,` and writes numbers
 * without an exponent.
 */
export function documentBytes(value: unknown): number {
  const walk: Walk = { room: Number.POSITIVE_INFINITY, bytes: 0, path: [] };
  faultOf(value, 0, walk);
  return walk.bytes;
}

export function pointer(names: readonly (string | number)[]): string {
  const path = names.map((name) => `/${name}`).join("");
  return path.slice(0, PATH_LENGTH_MAX).toWellFormed();
}

function faultOf(value: unknown, depth: number, walk: Walk): string | undefined {
  // `documentFault` has the words for this fault.
  if (--walk.room < 0) return "";
  switch (typeof value) {
    case "string":
      return textFault(value, walk);
    case "number":
      return numberFault(value, walk);
    case "object":
      if (value === null) break;
      if (depth >= JSON_DEPTH_MAX) return TOO_DEEP;
      walk.bytes += BRACKETS_BYTES;
      return Array.isArray(value) ? listFault(value, depth, walk) : objectFault(value, depth, walk);
    default:
  }
  // null, true or false.
  walk.bytes += value === false ? 5 : 4;
  return undefined;
}

function listFault(list: readonly unknown[], depth: number, walk: Walk): string | undefined {
  for (let index = 0; index < list.length; index++) {
    if (index > 0) walk.bytes += SEPARATOR_BYTES;
    const fault = faultOf(list[index], depth + 1, walk);
    if (fault !== undefined) return at(index, fault, walk);
  }
  return undefined;
}

function objectFault(object: object, depth: number, walk: Walk): string | undefined {
  let separators = SEPARATOR_BYTES;
  for (const name in object) {
    walk.bytes += separators;
    separators = 2 * SEPARATOR_BYTES;
    const unfit = textFault(name, walk);
    if (unfit !== undefined) return unfit;
    // Code that copies fields could set the prototype with this name.
    if (name === "__proto__") return at(name, "is not allowed as the name of a field.", walk);
    const fault = faultOf((object as Record<string, unknown>)[name], depth + 1, walk);
    if (fault !== undefined) return at(name, fault, walk);
  }
  return undefined;
}

function at(name: string | number, fault: string, { path }: Walk): string {
  path.push(name);
  return fault;
}

/** PostgreSQL can store neither NUL nor half of a surrogate pair. */
function textFault(text: string, walk: Walk): string | undefined {
  const isEscaped = ESCAPED.test(text);
  if (isEscaped && text.includes("\0")) return "must not contain a NUL character.";
  if (!text.isWellFormed()) return "contains half of a surrogate pair.";
  walk.bytes += isEscaped ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2;
  return undefined;
}

/** JSON turns an infinite number into null, and `jsonb` keeps `1e308` as 309 digits. */
function numberFault(value: number, walk: Walk): string | undefined {
  if (!Number.isFinite(value)) return "is not a finite number.";
  const text = String(value);
  const exponent = text.indexOf("e");
  if (exponent < 0) {
    // Such a number has at most 22 digits.
    walk.bytes += text.length;
    return undefined;
  }
  const power = Number(text.slice(exponent + 1));
  const digits = digitsWrittenOut(text.slice(0, exponent), power);
  if (digits > JSON_NUMBER_DIGITS_MAX) return TOO_LONG;
  walk.bytes += digits + (power < 0 ? 1 : 0) + (value < 0 ? 1 : 0);
  return undefined;
}

/** Counts the digits without an exponent: `1.5e-7` is 0.00000015, which has nine digits. */
function digitsWrittenOut(mantissa: string, power: number): number {
  const digits = mantissa.replace(/[-.]/g, "").length;
  return power < 0 ? digits - power : Math.max(digits, power + 1);
}
