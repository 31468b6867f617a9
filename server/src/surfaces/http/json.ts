/** Reads a JSON body and, when it is none, passes on what the parser says of it. */
import { isUtf8 } from "node:buffer";
import { invalid } from "../../kernel/problem.ts";

const BYTE_ORDER_MARK = 0xfeff;

export function readJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid("", "The body is not UTF-8 text.");
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch (error) {
    // The parser names the place, or quotes a few characters round it.
    const where = error instanceof SyntaxError ? error.message : "It cannot be read.";
    throw invalid("", `The body is not JSON: ${where.replace(/\.$/, "")}.`);
  }
}
