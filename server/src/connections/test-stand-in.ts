/** A stand-in of an outside service for tests. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

export interface Request {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface StandIn {
  url: string;
  /** The requests, oldest first. */
  received: Request[];
  /** Undefined keeps the request waiting; `break` ends the connection. */
  answer: (request: Request) => Answer | "break" | undefined;
  /** Ends the connections of the requests that wait. */
  endWaiting(): void;
}

const WELL = (): Answer => ({ status: 200, body: "{}" });

/** One service for the test file. Before each test it accepts everything. */
export function useStandIn(): StandIn {
  const service: StandIn = { url: "", received: [], answer: WELL, endWaiting: () => server.closeAllConnections() };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { headers, url: path = "", method = "" } = request;
    const one = { method, path, headers, text: Buffer.concat(chunks).toString("utf8") };
    service.received.push(one);
    const answer = service.answer(one);
    if (answer === "break") request.socket.destroy();
    else if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has an address of this form.
    service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    service.received.length = 0;
    service.answer = WELL;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return service;
}
