/** Reads the body of an upload piece by piece. What is not read yet waits in the socket, so a slow database slows the caller. */
import type { IncomingMessage } from "node:http";
import { invalid } from "../../kernel/problem.ts";

/** Ends when the caller sends nothing for `stalledMs` while the server waits. The socket stays open for the answer. */
export async function* piecesOf(body: IncomingMessage, stalledMs: number): AsyncGenerator<Buffer> {
  const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  for (;;) {
    const { done, value } = await inTime(pieces.next(), stalledMs);
    if (done) return;
    yield value;
  }
}

async function inTime<T>(next: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(invalid("", "The body stopped arriving.")), ms);
  });
  // After the time is up, the socket may still end with an error, which then concerns nobody.
  next.catch(() => undefined);
  try {
    return await Promise.race([next, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
