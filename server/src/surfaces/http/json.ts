/** Reads a JSON body and, when it is none, says where it stops being one. */
import { isUtf8 } from "node:buffer";
import { invalid, type Problem } from "../../kernel/problem.ts";

const BYTE_ORDER_MARK = 0xfeff;
const PROTO = "__proto__";
/** `__proto__` as a name, however its letters are written. */
const MAY_NAME_PROTO = /\\u00|__proto__/;

export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid("", "The body is not UTF-8 text.");
  const text = bytes.toString("utf8");
  const json = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  const value = parse(json);
  if (MAY_NAME_PROTO.test(json)) refuseProto(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(text, failingOffset(text));
  }
}

function notJson(text: string, offset: number): Problem {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  const what = offset >= text.length ? "it ends too early" : "there is something else";
  return invalid("", `The body is not JSON: ${what} at line ${line}, column ${column}.`);
}

/** A name that later code, copying fields, could take for the prototype itself. */
function refuseProto(root: unknown): void {
  const open: { value: unknown; path: string }[] = [{ value: root, path: "" }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (value === null || typeof value !== "object") continue;
    if (Object.hasOwn(value, PROTO)) throw invalid(`${path.slice(0, 200)}/${PROTO}`, "is not a name a field may have.");
    for (const [name, field] of Object.entries(value))
      open.push({ value: field, path: `${path}/${name}`.slice(0, 300) });
  }
}

const TOKEN = /[\t\n\r ]*(?:([{}[\],:])|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)|(?="))/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
type Expected = "value" | "value or ]" | "name" | "name or }" | "colon" | "comma" | "end";

/** The offset of the first character that no JSON text could have there. Runs only over a text that failed. */
function failingOffset(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) return skipSpace(text, at);
    const [all, sign, scalar] = token;
    const start = at + all.length - (sign ?? scalar ?? "").length;
    const kind = sign ?? (scalar === undefined ? '"' : "0");
    const next = follow(expected, kind, open);
    if (!next) return start;
    expected = next;
    at += all.length;
    if (kind !== '"') continue;
    const end = endOfString(text, at);
    if (!end.isComplete) return end.at;
    at = end.at;
  }
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while ("\t\n\r ".includes(text.charAt(next)) && next < text.length) next++;
  return next;
}

/** The tokens that may stand where something is expected; `"` is any text and `0` any other scalar. */
const TAKES: Record<Expected, string> = {
  value: '{["0',
  "value or ]": '{["0]',
  name: '"',
  "name or }": '"}',
  colon: ":",
  comma: ",}]",
  end: "",
};
const OPENED_BY: Record<string, string> = { "}": "{", "]": "[" };

/** What may come after a token, or undefined where the token itself may not stand. */
function follow(expected: Expected, kind: string, open: string[]): Expected | undefined {
  if (!TAKES[expected].includes(kind)) return undefined;
  switch (kind) {
    case "{":
    case "[":
      open.push(kind);
      return kind === "{" ? "name or }" : "value or ]";
    case ":":
      return "value";
    case ",":
      return open.at(-1) === "{" ? "name" : "value";
    case "}":
    case "]":
      if (open.pop() !== OPENED_BY[kind]) return undefined;
      break;
    default:
      if (expected === "name" || expected === "name or }") return "colon";
  }
  return open.length === 0 ? "end" : "comma";
}

/** Goes by hand: an expression with a repeat inside a repeat could take for ever. */
function endOfString(text: string, quote: number): { at: number; isComplete: boolean } {
  let at = quote + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { at: at + 1, isComplete: true };
    if (code < 0x20) return { at, isComplete: false };
    if (code !== 0x5c) {
      at++;
      continue;
    }
    ESCAPE.lastIndex = at;
    const escaped = ESCAPE.exec(text);
    if (!escaped) return { at, isComplete: false };
    at += escaped[0].length;
  }
  return { at, isComplete: false };
}
