/** Responds to requests that Node cannot parse or would refuse with an empty body. */
import { randomUUID } from "node:crypto";
import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "pino";
import { invalid, problemBody } from "../../kernel/problem.ts";
import { codeOf } from "./errors.ts";

interface Broken {
  status: number;
  code: string;
  detail: string;
}

const BROKEN: Record<string, Broken> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: "too_large", detail: "The headers are larger than 16 KiB." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: "invalid_input", detail: "The request took too long to arrive." },
};
const NOT_HTTP: Broken = { status: 400, code: "invalid_input", detail: "This is not a valid HTTP request." };
const UNEXPECTED: Broken = {
  status: 417,
  code: "invalid_input",
  detail: "The server supports only `Expect: 100-continue`.",
};

/** A caller that does not close the connection after the response is cut off. */
const CLOSE_MS = 2_000;

export interface BrokenRequests {
  /** Writes the response to the socket, because there is no request. */
  onClientError(error: Error, socket: Socket): void;
  /** Responds to an unknown `Expect` header, which Node would refuse with an empty body. */
  onExpectation(request: IncomingMessage, response: ServerResponse): void;
}

export function brokenRequests(safety: OutgoingHttpHeaders, log: Logger): BrokenRequests {
  function answerOf({ status, code, detail }: Broken) {
    const requestId = randomUUID();
    log.debug({ request_id: requestId, status }, "The server refused an invalid HTTP request.");
    const body = JSON.stringify({ ...problemBody(invalid("", detail), requestId), code, status });
    const headers = {
      ...safety,
      "content-type": "application/problem+json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "x-request-id": requestId,
      connection: "close",
    };
    return { status, headers, body };
  }

  return {
    onClientError(error, socket) {
      if (!socket.writable || codeOf(error) === "ECONNRESET") {
        socket.destroy();
        return;
      }
      const { status, headers, body } = answerOf(BROKEN[codeOf(error)] ?? NOT_HTTP);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
      const cut = setTimeout(() => socket.destroy(), CLOSE_MS);
      socket.once("close", () => clearTimeout(cut));
    },
    onExpectation(_request, response) {
      const { status, headers, body } = answerOf(UNEXPECTED);
      response.writeHead(status, headers).end(body);
    },
  };
}
