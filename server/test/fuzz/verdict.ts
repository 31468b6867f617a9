/** Checks answers against the document. */
import type { Endpoint } from "./document.ts";

export interface Answered {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  /** Undefined when the text is not JSON. */
  body: unknown;
  isTool?: boolean;
}

const SHOWN = 500;
/** The JSON-RPC code of an internal error, which is a bug of the server. */
const INTERNAL_ERROR = -32_603;

/** Returns the fault of the answer; undefined when the document promises it. */
export function faultOf(endpoint: Endpoint, { status, headers, text, body, isTool }: Answered): string | undefined {
  const shown = text.slice(0, SHOWN);
  if (status >= 500) return `answered ${status}: ${shown}`;
  const promised = endpoint.responses.get(status);
  if (!promised) return `answered ${status}, which the document does not list for ${endpoint.name}: ${shown}`;
  // The body is a file.
  if (promised.type === "*/*") return undefined;
  const type = String(headers["content-type"]).split(";", 1)[0];
  if (type !== promised.type) return `answered ${type} in place of ${promised.type}`;
  if (endpoint.isStream && status === 200) return undefined;
  const shape = isTool ? promised.toolBody : promised.body;
  if (!shape.Check(body)) {
    const [error] = shape.Errors(body);
    return `answered another shape than promised: ${JSON.stringify(error)} in ${shown}`;
  }
  return status < 400 ? undefined : problemFault(status, headers, body as Record<string, unknown>);
}

/** Returns the answer of the operation from a tool's result; undefined when the protocol refused the call. */
export function toolAnswer(endpoint: Endpoint, raw: string): Answered | undefined {
  const text = /^data: (.*)$/m.exec(raw)?.[1] ?? raw;
  const { result, error } = JSON.parse(text) as {
    result?: { isError?: boolean; structuredContent?: Record<string, unknown>; content: { text: string }[] };
    error?: { code: number };
  };
  if (!result) {
    if (error && error.code !== INTERNAL_ERROR) return undefined;
    return { status: 500, headers: {}, text, body: undefined };
  }
  const { isError, structuredContent, content } = result;
  const [{ text: written } = { text: "{}" }] = content;
  // A long result has no structured content.
  const body = structuredContent ?? (JSON.parse(written) as Record<string, unknown>);
  const [success = 200] = [...endpoint.responses.keys()].filter((status) => status < 300);
  return {
    status: isError ? Number(body.status) : success,
    headers: {
      "content-type": isError ? "application/problem+json" : "application/json",
      "x-request-id": body.request_id,
      "retry-after": body.retry_after_seconds,
    },
    text: written,
    body,
    isTool: true,
  };
}

/** A problem by RFC 9457 with the request id, which is also in the log. */
function problemFault(status: number, headers: Record<string, unknown>, body: Record<string, unknown>) {
  if (body.status !== status) return `says status ${String(body.status)} and is ${status}`;
  if (body.request_id !== headers["x-request-id"]) return "names another request than its header";
  if (body.type !== `urn:bailiwick:problem:${String(body.code)}`) return `has the type ${String(body.type)}`;
  if ([429, 503].includes(status) && headers["retry-after"] === undefined) return "does not say when to come back";
  return undefined;
}
