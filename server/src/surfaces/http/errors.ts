/** What a failure of the protocol itself, or of ours, is to the caller. */

import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { invalid, Problem, problemBody } from "../../kernel/problem.ts";

const INTERNAL = "Something went wrong on our side. The log has it under this request id.";

/** Answers the problem of anything thrown; a `Problem` stays itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Problem("too_large", "The body is larger than this operation takes.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return unsupportedMediaType();
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return invalid("", "The body is not as long as Content-Length says.");
    case "FST_ERR_BAD_URL":
      return invalid("", "The path is not properly percent-encoded.");
    case "FST_ERR_MAX_PARAM_LENGTH":
      return invalid("", "A part of the path is too long.");
    case "ECONNRESET":
    case "ERR_STREAM_PREMATURE_CLOSE":
      return invalid("", "The request ended before it was complete.");
    default:
      return new Problem("internal", INTERNAL);
  }
}

export function unsupportedMediaType(): Problem {
  return new Problem("unsupported_media_type", "The body must be JSON, with Content-Type: application/json.", {
    next_step: "Send Content-Type: application/json and no Content-Encoding.",
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const BROKEN: Record<string, { status: number; code: string; detail: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: "too_large", detail: "The headers are larger than 16 KiB." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: "invalid_input", detail: "The request took too long to arrive." },
};
const NOT_HTTP = { status: 400, code: "invalid_input", detail: "This is not a valid HTTP request." };

/** A request so broken that there is no request yet: the answer is written to the socket. */
export function answerBrokenRequest(error: Error, socket: Socket): void {
  if (!socket.writable || codeOf(error) === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const { status, code, detail } = BROKEN[codeOf(error)] ?? NOT_HTTP;
  const requestId = randomUUID();
  const body = JSON.stringify({ ...problemBody(invalid("", detail), requestId), code, status });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
