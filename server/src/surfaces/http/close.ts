/** Closes a server: long polls and streams end at once, and running requests get some time. */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Waiting } from "./waiting.ts";

/** While the server closes, idle connections are closed at this interval. */
const SWEEP_MS = 50;

/** Returns a function that closes the server. Running requests get `graceMs`. */
export function gracefulClose(app: FastifyInstance, waiting: Waiting, graceMs: number): () => Promise<void> {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  /** Node closes idle connections only once, and never a connection without a first request. */
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
