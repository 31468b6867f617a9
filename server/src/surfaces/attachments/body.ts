/** Reads the body of an upload. What is not read yet waits in the socket, so a slow database slows the caller. */
import type { IncomingMessage } from "node:http";
import { invalid, Problem } from "../../kernel/problem.ts";

/** After the first window, each window must bring at least these bytes. */
export interface Pace {
  windowMs: number;
  bytesMin: number;
}

/** The body arrives slower than the pace. */
export class LateBody extends Error {}

/** Checks in each window. */
const CHECKS = 10;
/** The bytes that the framing of chunks may need, next to as many as the body has. */
const FRAMING_BYTES_MAX = 64 * 1024;
const EVENTS = ["readable", "end", "error", "close"] as const;

/**
 * Yields all bytes that have arrived as one piece, however small the chunks are. Throws `LateBody` when the caller is too
 * slow. The socket stays open for the answer, also when the reader stops early.
 */
export async function* piecesOf(body: IncomingMessage, pace: Pace): AsyncGenerator<Buffer> {
  const wait = new Wait(pace);
  const wake = () => wait.end();
  for (const event of EVENTS) body.on(event, wake);
  const before = body.socket.bytesRead;
  let bytes = 0;
  try {
    for (;;) {
      const piece: Buffer | null = body.read();
      if (piece) {
        bytes += piece.length;
        wait.count(piece.length);
        if (body.socket.bytesRead - before > 2 * bytes + FRAMING_BYTES_MAX) throw tooSmallChunks();
        yield piece;
      } else if (body.readableEnded) return;
      else if (body.destroyed) throw body.errored ?? invalid("", "The request ended before it was complete.");
      else await wait.begin();
    }
  } finally {
    wait.stop();
    for (const event of EVENTS) body.off(event, wake);
  }
}

/**
 * Reads the rest of a refused body, since many clients read the answer only after they have sent everything. Cuts the
 * connection when the rest is longer than `bytesMax` or late.
 */
export async function drain(body: IncomingMessage, pace: Pace, bytesMax: number): Promise<void> {
  let bytes = 0;
  try {
    for await (const piece of piecesOf(body, pace)) {
      bytes += piece.length;
      if (bytes > bytesMax) throw new Problem("too_large", "The rest of the body is too long.");
    }
  } catch {
    body.socket.destroy();
  }
}

/** The waits for one body. Only the time in which the server waits for the caller counts. */
class Wait {
  readonly #pace: Pace;
  readonly #timer: NodeJS.Timeout;
  #current: Waiting | undefined;
  #sinceMs = 0;
  #waitedMs = 0;
  #bytes = 0;
  #isFirst = true;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#timer = setInterval(() => this.#check(), pace.windowMs / CHECKS);
  }

  count(bytes: number): void {
    this.#bytes += bytes;
  }

  begin(): Promise<void> {
    this.#sinceMs = performance.now();
    return new Promise((resolve, reject) => {
      this.#current = { resolve, reject };
    });
  }

  end(): void {
    if (!this.#current) return;
    this.#waitedMs += performance.now() - this.#sinceMs;
    this.#current.resolve();
    this.#current = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    if (!this.#current) return;
    const waitedMs = this.#waitedMs + performance.now() - this.#sinceMs;
    if (waitedMs < this.#pace.windowMs) return;
    if (!this.#isFirst && this.#bytes < this.#pace.bytesMin) {
      this.#current.reject(new LateBody("The body arrives too slowly."));
      this.#current = undefined;
    }
    this.#isFirst = false;
    this.#bytes = 0;
    this.#waitedMs = 0;
    this.#sinceMs = performance.now();
  }
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

function tooSmallChunks(): Problem {
  return invalid("", "The chunks of the body are too small. Send larger chunks, or Content-Length.");
}
