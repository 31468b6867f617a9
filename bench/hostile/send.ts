/** Sends requests of tenants. Each tenant has its own connections and its own network. */
import { Agent, type OutgoingHttpHeaders, request } from "node:http";

export interface Sent {
  method?: "GET" | "POST";
  path: string;
  key?: string;
  /** Sent as JSON; a text is sent unchanged. */
  body?: unknown;
  idempotencyKey?: string;
}

export interface Answer {
  status: number;
  ms: number;
  text: string;
}

export interface Sender {
  /** Never rejects: a broken connection and a timeout have status 0. */
  send(sent: Sent): Promise<Answer>;
  /** Sends a request and does not read the answer. Resolves when the connection ends. */
  sendUnread(sent: Sent): Promise<void>;
  /** Destroys all open connections. */
  close(): void;
}

/** A request without an answer after this time has failed. */
const TIMEOUT_MS = 120_000;

/** The server must trust `X-Forwarded-For` from this machine. */
export function createSender(port: number, network: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const open = new Set<{ destroy(): void }>();

  function start({ method = "POST", path, key, body, idempotencyKey }: Sent) {
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const headers: OutgoingHttpHeaders = { "x-forwarded-for": network };
    if (key) headers.authorization = `Bearer ${key}`;
    if (idempotencyKey) headers["idempotency-key"] = idempotencyKey;
    if (method === "POST") {
      headers["content-type"] = "application/json";
      headers["content-length"] = Buffer.byteLength(text);
    }
    const started = request({ agent, port, host: "127.0.0.1", path: `/api${path}`, method, headers });
    open.add(started);
    started.on("close", () => open.delete(started));
    started.setTimeout(TIMEOUT_MS, () => started.destroy());
    started.end(text);
    return started;
  }

  return {
    send(sent) {
      const at = performance.now();
      return new Promise((resolve) => {
        const failed = () => resolve({ status: 0, ms: performance.now() - at, text: "" });
        const started = start(sent);
        started.on("error", failed);
        started.on("response", (answer) => {
          const pieces: Buffer[] = [];
          answer.on("data", (piece: Buffer) => pieces.push(piece));
          answer.on("error", failed);
          answer.on("end", () => {
            const text = Buffer.concat(pieces).toString();
            resolve({ status: answer.statusCode ?? 0, ms: performance.now() - at, text });
          });
        });
      });
    },
    sendUnread(sent) {
      return new Promise((resolve) => {
        const started = start(sent);
        started.on("error", () => resolve());
        started.on("close", () => resolve());
        // The response is paused from the start, so the server cannot send the rest.
        started.on("response", (answer) => answer.pause());
      });
    },
    close() {
      for (const one of open) one.destroy();
      agent.destroy();
    },
  };
}

/** Returns the body of the answer; an empty object when there is no JSON. */
export function jsonOf<T extends object>({ text }: Answer): Partial<T> {
  try {
    // The routes that are called return objects.
    return JSON.parse(text) as T;
  } catch {
    return {};
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
