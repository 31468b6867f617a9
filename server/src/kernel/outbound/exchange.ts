/** Sends one request and reads its answer, up to a size. Says how far the request came when there is no whole answer. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { urlFault } from "./destination.ts";
import { dial, type OutgoingOptions } from "./dial.ts";
import { errorText } from "./error-text.ts";

const TIMEOUT_MS = 10_000;
const LATE = "There was no answer in time.";

export interface Outgoing {
  method?: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

interface Head {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * - `whole`: the answer was read to its end.
 * - `part`: its head was read, and its body was too long (`cut`) or the connection broke.
 * - `none`: no answer. When `mayBeSent` is false, the other server has not seen the request.
 */
export type Exchange =
  | ({ answer: "whole" } & Head)
  | ({ answer: "part"; cut: boolean; error: string } & Head)
  | { answer: "none"; mayBeSent: boolean; error: string };

export interface ExchangeOptions extends OutgoingOptions {
  /** The body is read up to here. */
  answerBytesMax: number;
}

export async function exchange(outgoing: Outgoing, options: ExchangeOptions): Promise<Exchange> {
  const fault = urlFault(outgoing.url, options.allowed);
  if (fault !== undefined) return { answer: "none", mayBeSent: false, error: `The address ${fault}` };
  const signal = AbortSignal.any([
    AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    ...(options.stop ? [options.stop] : []),
  ]);
  const { method = "POST", url, headers, body } = outgoing;
  let mayBeSent = false;
  return new Promise((done) => {
    const fail = (error: unknown) =>
      done({ answer: "none", mayBeSent, error: signal.aborted ? lateOrStopped(options) : errorText(error) });
    try {
      dial(new URL(url), {
        method,
        headers,
        body,
        signal,
        options,
        onConnected: () => {
          mayBeSent = true;
        },
        onAnswer: (answer) => {
          mayBeSent = true;
          readAnswer(answer, options, signal).then(done, fail);
        },
        onError: fail,
      });
    } catch (error) {
      // A header that HTTP cannot carry.
      fail(error);
    }
  });
}

async function readAnswer(answer: IncomingMessage, options: ExchangeOptions, signal: AbortSignal): Promise<Exchange> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const head = () => ({
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(chunks).subarray(0, options.answerBytesMax).toString("utf8"),
  });
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= options.answerBytesMax) continue;
      answer.destroy();
      return {
        answer: "part",
        cut: true,
        error: `The answer is longer than ${options.answerBytesMax} bytes.`,
        ...head(),
      };
    }
  } catch (error) {
    const text = signal.aborted ? lateOrStopped(options) : errorText(error);
    return { answer: "part", cut: false, error: text, ...head() };
  }
  if (answer.complete) return { answer: "whole", ...head() };
  return { answer: "part", cut: false, error: "The connection ended within the answer.", ...head() };
}

function lateOrStopped({ stop }: OutgoingOptions): string {
  return stop?.aborted ? "This server stopped." : LATE;
}
