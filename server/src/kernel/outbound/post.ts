/** Sends a body to an address that a caller chose. Only the beginning of the answer is read. */
import type { OutgoingOptions } from "./dial.ts";
import { exchange } from "./exchange.ts";

/** The beginning of the answer that is kept. The rest is not read. */
const ANSWER_BYTES_MAX = 1_024;

/** The answer of the other server, or the reason why there is none. */
export type Answer =
  | { status: number; retryAfter: string | undefined; start: string; error?: undefined }
  | { status?: undefined; error: string };

/** Throws when the server stops. */
export async function post(
  outgoing: { url: string; headers: Readonly<Record<string, string>>; body: string },
  options: OutgoingOptions,
): Promise<Answer> {
  const found = await exchange(outgoing, { ...options, answerBytesMax: ANSWER_BYTES_MAX });
  if (found.answer === "whole" || (found.answer === "part" && found.cut)) {
    return { status: found.status, retryAfter: found.headers["retry-after"], start: found.body };
  }
  options.stop?.throwIfAborted();
  return { error: found.error };
}
