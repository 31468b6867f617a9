/** Ends a server without breaking what runs: waits end at once, requests get some time. */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Waiting } from "./waiting.ts";

/** A connection that has answered its last request is closed within this. Milliseconds. */
const SWEEP_MS = 50;

/** Answers how to end the server, giving requests that run `graceMs`. */
export function gracefulClose(app: FastifyInstance, waiting: Waiting, graceMs: number): () => Promise<void> {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  /** Node closes idle connections only once, and none that was opened ahead of its first request. */
  function sweep(): void {
    app.server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  return async () => {
    waiting.endAll();
    const sweeping = setInterval(sweep, SWEEP_MS);
    const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
    try {
      await app.close();
    } finally {
      clearInterval(sweeping);
      clearTimeout(cut);
    }
  };
}
