/** Requests of tenants: each tenant has its own connections and comes from a network of its own. */
import { Agent, type OutgoingHttpHeaders, request } from "node:http";

export interface Sent {
  method?: "GET" | "POST";
  path: string;
  key?: string;
  /** Sent as JSON, unless it is text already. */
  body?: unknown;
  idempotencyKey?: string;
}

export interface Told {
  status: number;
  ms: number;
  text: string;
}

export interface Sender {
  /** Never rejects: a connection that was cut or took too long is status 0. */
  send(sent: Sent): Promise<Told>;
  /** Asks for something and does not read the answer. Resolves when the connection ends. */
  ask(sent: Sent): Promise<void>;
  /** Cuts what is open. */
  close(): void;
}

/** What does not answer by then has failed. Milliseconds. */
const TIMEOUT_MS = 120_000;

/** The server must believe `X-Forwarded-For` from this machine. */
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
    ask(sent) {
      return new Promise((resolve) => {
        const started = start(sent);
        started.on("error", () => resolve());
        started.on("close", () => resolve());
        // Paused from the start: what the server sends stays with the server.
        started.on("response", (answer) => answer.pause());
      });
    },
    close() {
      for (const one of open) one.destroy();
      agent.destroy();
    },
  };
}

/** What the server answered, or an empty object where it did not. */
export function jsonOf<T extends object>({ text }: Told): Partial<T> {
  try {
    // The paths that are asked answer objects.
    return JSON.parse(text) as T;
  } catch {
    return {};
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
