/** Waits for a client that reads more slowly than the server writes. */
import type { ServerResponse } from "node:http";

/** Resolves when the written bytes are sent or the client is gone. */
export function untilDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || !response.writableNeedDrain) return resolve();
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
