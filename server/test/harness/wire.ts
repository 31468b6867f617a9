import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { inject } from "vitest";

/** A connection path to the database that a test can cut and restore. */
export async function aWire() {
  const { host, port } = inject("server");
  const sockets = new Set<Socket>();
  const wire = createServer((near) => {
    const far = connect(join(host, `.s.PGSQL.${port}`));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  const listen = (at: number) => new Promise<void>((resolve) => wire.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const address = wire.address();
  const at = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port: at,
    cut() {
      wire.close();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    mend: () => listen(at),
  };
}
