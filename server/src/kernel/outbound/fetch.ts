/** The function `fetch` for a client library: it dials only checked addresses, follows no redirect and reads up to a size. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { urlFault } from "./destination.ts";
import { dial } from "./dial.ts";
import type { ExchangeOptions } from "./exchange.ts";

/** The last request, for the caller of the library. */
export interface Watched {
  method: string;
  body: string | undefined;
  /** When false, the other server has not seen the request. */
  mayBeSent: boolean;
  status: number | undefined;
  retryAfter: string | undefined;
  /** The answer was read to its end. */
  isWhole: boolean;
}

const NO_BODY = new Set([101, 204, 205, 304]);

/**
 * `onRequest` gets an object that changes while the request runs. The library must send bodies as text. `answerBytesMax` is
 * for all answers together.
 */
export function guardedFetch(options: ExchangeOptions, onRequest: (watched: Watched) => void): typeof fetch {
  const budget: Budget = { bytesMax: options.answerBytesMax, bytes: 0 };
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const { method = "GET", body = undefined } = init;
    if (body !== undefined && body !== null && typeof body !== "string") throw new TypeError("The body must be text.");
    const text = body ?? undefined;
    const watched: Watched = {
      method,
      body: text,
      mayBeSent: false,
      status: undefined,
      retryAfter: undefined,
      isWhole: false,
    };
    onRequest(watched);
    const fault = urlFault(url.href, options.allowed);
    if (fault !== undefined) throw new TypeError(`The address ${fault}`);
    const signals = [options.stop, init.signal].flatMap((signal) => signal ?? []);
    return new Promise((done, fail) => {
      dial(url, {
        method,
        headers: Object.fromEntries(new Headers(init.headers)),
        body: text,
        signal: AbortSignal.any(signals),
        options,
        onConnected: () => {
          watched.mayBeSent = true;
        },
        onAnswer: (answer) => {
          try {
            done(responseOf(answer, watched, budget));
          } catch (error) {
            // A status or a header that a response cannot have.
            answer.destroy();
            fail(error);
          }
        },
        onError: fail,
      });
    });
  };
}

interface Budget {
  readonly bytesMax: number;
  bytes: number;
}

function responseOf(answer: IncomingMessage, watched: Watched, budget: Budget): Response {
  const { statusCode: status = 0, headers } = answer;
  Object.assign(watched, { mayBeSent: true, status, retryAfter: headers["retry-after"] });
  const kept = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  const body = NO_BODY.has(status) ? null : Readable.toWeb(Readable.from(capped(answer, watched, budget)));
  // The types of the stream in Node and in the web differ only in their names.
  return new Response(body as ReadableStream | null, { status, headers: Object.fromEntries(kept) });
}

async function* capped(answer: IncomingMessage, watched: Watched, budget: Budget): AsyncGenerator<Buffer> {
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    budget.bytes += chunk.length;
    if (budget.bytes > budget.bytesMax) {
      answer.destroy();
      throw new Error(`The answers are longer than ${budget.bytesMax} bytes.`);
    }
    yield chunk;
  }
  watched.isWhole = answer.complete;
}
