/** Turns errors of the protocol and of the server into problems. */
import type { IncomingHttpHeaders } from "node:http";
import { invalid, Problem } from "../../kernel/problem.ts";

const INTERNAL = "The server failed. Its log has the error under this request id.";

/** Returns the problem for any thrown value. A `Problem` stays as it is. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Problem("too_large", "The body is too large for this operation.");
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

/** Throws when the body is declared as another encoding, which the server would read wrongly. */
export function requireUtf8({ headers }: { headers: IncomingHttpHeaders }): void {
  const [, charset] = /;[ \t]*charset[ \t]*=[ \t]*"?([^ \t;"]+)/i.exec(headers["content-type"] ?? "") ?? [];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new Problem("unsupported_media_type", "The body must be UTF-8, and Content-Type names another charset.", {
    next_step: "Send UTF-8, with charset=utf-8 or without charset.",
  });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
