/** Parses a JSON body. The problem of a body that is not JSON contains the parser's message. */
import { isUtf8 } from "node:buffer";
import { invalid } from "../../kernel/problem.ts";

const BYTE_ORDER_MARK = 0xfeff;

export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid("", "The body is not UTF-8 text.");
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch (error) {
    // The parser's message names the position or quotes the characters around it.
    const where = error instanceof SyntaxError ? error.message : "It cannot be parsed.";
    throw invalid("", `The body is not JSON: ${where.replace(/\.$/, "")}.`);
  }
}
