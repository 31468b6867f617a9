/**
 * A proxy between a pool and the database that can go silent like a firewall: it stops forwarding and closes nothing.
 */
import { connect, createServer, type Socket } from "node:net";
import type { PoolTarget } from "../../src/db/connect.ts";

export interface SilentProxy {
  target: PoolTarget;
  /** The number of connections so far. */
  count(): number;
  /** Stops all bytes on open connections. New connections work. */
  silence(): void;
  /** Stops all bytes on all connections, including new ones, until `thaw`. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

type Pair = readonly [Socket, Socket];

export async function aSilentProxy(socket: NonNullable<PoolTarget["socket"]>, size: number): Promise<SilentProxy> {
  const pairs = new Set<Pair>();
  const silenced = new Set<Pair>();
  let isFrozen = false;
  let count = 0;
  const server = createServer((client) => {
    const pair = [client, connect(`${socket.host}/.s.PGSQL.${socket.port}`)] as const;
    count++;
    pairs.add(pair);
    if (isFrozen) hold(pair);
    forward(pair[0], pair[1]);
    forward(pair[1], pair[0]);
  });

  /** Forwards until the socket is paused; then arriving bytes stay in the kernel. */
  function forward(from: Socket, to: Socket): void {
    from.on("data", (bytes) => to.write(bytes));
    from.on("error", () => undefined);
    // A silent connection does not forward its end either.
    from.on("close", () => {
      if (!from.isPaused()) to.destroy();
    });
  }

  function hold(pair: Pair): void {
    for (const side of pair) side.pause();
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return {
    target: { socket: { ...socket, host: "127.0.0.1", port: address.port }, size },
    count: () => count,
    silence() {
      for (const pair of pairs) {
        hold(pair);
        silenced.add(pair);
      }
    },
    freeze() {
      isFrozen = true;
      for (const pair of pairs) hold(pair);
    },
    thaw() {
      isFrozen = false;
      for (const pair of pairs) if (!silenced.has(pair)) for (const side of pair) side.resume();
    },
    async close() {
      for (const pair of pairs) for (const side of pair) side.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
