/** Opens the database of this installation for commands that run with or without a server. */
import pg from "pg";
import { connectionConfig, type PoolTarget } from "../db/connect.ts";
import type { Config } from "../runtime/config.ts";

export interface LocalDatabase {
  target: PoolTarget;
  /** Opens a separate connection as the login role. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** Opens `DATABASE_URL`, or the private server; a server that does not run is started for the time of the command. */
export async function openDatabase(config: Config): Promise<LocalDatabase> {
  const server = config.databaseUrl ? undefined : await startServer(config);
  const size = 2;
  const target = server ? { socket: server.connection, size } : { url: config.databaseUrl ?? "", size };
  const clients: pg.Client[] = [];
  return {
    target,
    async connect() {
      const client = new pg.Client(connectionConfig(target));
      // A statement on a broken connection gets its own error. Without this listener the error would end the process.
      client.on("error", () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await server?.stop();
    },
  };
}

async function startServer({ dataDir, pgBin, logLevel }: Config) {
  const { startPrivateServer } = await import("../db/embedded.ts");
  const log = (line: string) => void (logLevel === "debug" && process.stderr.write(`${line}\n`));
  return startPrivateServer({ dataDir, pgBin, log });
}
