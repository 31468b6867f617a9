/** A stand-in of Moltbook on this machine, for the demo and for tests: accounts, posts, challenges, limits and refusals. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerTo } from "./answers.ts";
import type { Received, Reply } from "./replies.ts";
import { createState, type NetworkState } from "./state.ts";

const BODY_BYTES_MAX = 1024 * 1024;

export interface Network {
  /** The address of its API. */
  url: string;
  /** The host and port, which the server must be allowed to call. */
  host: string;
  state: NetworkState;
  /** The requests, oldest first. */
  received: Received[];
  /** Takes the place of the next answers while it returns something; `break` ends the connection. */
  instead: ((request: Received) => Reply | "break" | undefined) | undefined;
  close(): Promise<void>;
}

export async function startNetwork(): Promise<Network> {
  const state = createState();
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The stand-in alone keeps no process alive.
  server.unref();
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  const network: Network = {
    url: `http://127.0.0.1:${port}/api/v1`,
    host: `127.0.0.1:${port}`,
    state,
    received,
    instead: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = await read(request);
    received.push(one);
    const reply = network.instead?.(one) ?? answerTo(state, one);
    if (reply === "break") {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  }
  return network;
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  const { method = "GET", url = "/", headers } = request;
  const [, key] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
  const text = Buffer.concat(chunks).toString("utf8");
  return { method, path: url.replace(/^\/api\/v1/, ""), key, body: bodyOf(text) };
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}
