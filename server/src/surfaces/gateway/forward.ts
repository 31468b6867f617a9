/** Sends one call to the provider, and its answer to the client as it comes: the same bytes, at the pace of the client. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { urlFault } from "../../kernel/outbound/destination.ts";
import { dial, type KeptConnections, type OutgoingOptions } from "../../kernel/outbound/dial.ts";
import { errorText } from "../../kernel/outbound/error-text.ts";
import { untilDrained } from "../http/drained.ts";
import { returnedHeaders } from "./headers.ts";

export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

export interface Line {
  outgoing: Pick<OutgoingOptions, "allowed" | "resolve">;
  kept: KeptConnections;
  /** Claude Code gives up after as long without a byte. */
  silenceMs: number;
  /** A client that reads nothing in this time is cut off. */
  drainMs: number;
}

/** There is no answer that the client may have. */
export class NoAnswer extends Error {
  readonly isLate: boolean;

  constructor(message: string, isLate = false) {
    super(message);
    this.isLate = isLate;
  }
}

const REDIRECT = { from: 300, to: 399 };

/** Resolves with the head of the answer. Throws `NoAnswer` for a redirect too: the key goes to one address alone. */
export async function ask(request: Outgoing, { outgoing, kept, silenceMs }: Line, signal: AbortSignal) {
  const fault = urlFault(request.url, outgoing.allowed);
  if (fault !== undefined) throw new NoAnswer(`The address of the provider ${fault}`);
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    const { method, headers, body, url } = request;
    const onError = (error: Error) => fail(error instanceof NoAnswer ? error : new NoAnswer(errorText(error)));
    try {
      const sent = dial(new URL(url), {
        method,
        headers,
        body,
        kept,
        signal,
        options: outgoing,
        onAnswer: done,
        onError,
      });
      sent.setTimeout(silenceMs, () => sent.destroy(new NoAnswer("The provider was silent for too long.", true)));
    } catch (error) {
      // A header that HTTP cannot carry.
      fail(new NoAnswer(errorText(error)));
    }
  });
  const { statusCode = 0 } = answer;
  if (statusCode < REDIRECT.from || statusCode > REDIRECT.to) return answer;
  answer.destroy();
  throw new NoAnswer(`The provider answered with a redirect (${statusCode}), which is not followed.`);
}

export interface Passing {
  own: Readonly<Record<string, string>>;
  onBytes(bytes: Buffer): void;
  onUnsent(bytes: number): void;
}

/** Resolves with true when the whole answer was passed on. */
export async function passOn(
  answer: IncomingMessage,
  raw: ServerResponse,
  line: Line,
  passing: Passing,
): Promise<boolean> {
  raw.writeHead(answer.statusCode ?? 0, { ...returnedHeaders(answer.headers), ...passing.own });
  raw.flushHeaders();
  try {
    for await (const bytes of answer as AsyncIterable<Buffer>) {
      passing.onBytes(bytes);
      if (raw.destroyed) return false;
      const isTaken = raw.write(bytes);
      passing.onUnsent(raw.writableLength);
      if (!isTaken) await untilRead(raw, line.drainMs);
    }
  } catch {
    // The connection to the provider broke. The client must not take the part for the whole.
    raw.destroy();
    return false;
  }
  if (raw.destroyed || !answer.complete) {
    raw.destroy();
    return false;
  }
  raw.end();
  return true;
}

async function untilRead(raw: ServerResponse, drainMs: number): Promise<void> {
  const timer = setTimeout(() => raw.destroy(), drainMs);
  await untilDrained(raw);
  clearTimeout(timer);
}
