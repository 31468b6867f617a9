/** The database of this installation, for commands that work beside the server or without it. */
import pg from "pg";
import { connectionConfig, type PoolTarget } from "../db/connect.ts";
import type { Config } from "../runtime/config.ts";

export interface LocalDatabase {
  target: PoolTarget;
  /** A connection of its own, as the login role. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** `DATABASE_URL`, or the private server: the one that runs, or a new one until this command is done. */
export async function openDatabase(config: Config): Promise<LocalDatabase> {
  const server = config.databaseUrl ? undefined : await startServer(config);
  const size = 2;
  const target = server ? { socket: server.connection, size } : { url: config.databaseUrl ?? "", size };
  const clients: pg.Client[] = [];
  return {
    target,
    async connect() {
      const client = new pg.Client(connectionConfig(target));
      // Whoever uses it gets its own error; without a listener this one would end the process.
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
