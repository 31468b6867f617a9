/** Opens the database of this installation for commands that run with or without a server. */
import { join } from "node:path";
import pg from "pg";
import { connectionConfig, type PoolTarget } from "../db/connect.ts";
import type { Config } from "../runtime/config.ts";
import { listenUrl } from "../start/address.ts";
import { isHealthy } from "./healthy.ts";

export interface LocalDatabase {
  target: PoolTarget;
  /** Opens a separate connection as the login role. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/**
 * Opens `DATABASE_URL`, or the private server; a server that does not run is started for the time of the command. Throws
 * where there is no installation, unless the command may make one.
 */
export async function openDatabase(config: Config, mayMake?: "may make"): Promise<LocalDatabase> {
  if (!mayMake) await requireInstallation(config);
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
      if (!mayMake && !(await isInstalled(client))) throw await noInstallation(config);
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await server?.stop();
    },
  };
}

/** Throws where the private database was never made. The database of `DATABASE_URL` is not read. */
export async function requireInstallation(config: Config): Promise<void> {
  if (!config.databaseUrl && !(await hasCluster(config))) throw await noInstallation(config);
}

async function hasCluster({ dataDir }: Config): Promise<boolean> {
  const { majorOf } = await import("../db/embedded/cluster.ts");
  return (await majorOf(join(dataDir, "postgres", "cluster"))) !== undefined;
}

async function isInstalled(client: pg.Client): Promise<boolean> {
  const text = "select to_regclass('schema_migrations') is not null as is";
  const { rows } = await client.query<{ is: boolean }>(text);
  return rows[0]?.is ?? false;
}

async function noInstallation(config: Config): Promise<Error> {
  const { databaseUrl, dataDir, port } = config;
  const place = databaseUrl === undefined ? dataDir : "the database of DATABASE_URL";
  const url = listenUrl({ ...config, publicUrl: undefined }, port);
  const other = (await isHealthy(url)) ? ` The server at ${url} uses another one.` : "";
  return new Error(
    `There is no Bailiwick in ${place}.${other} Set BAILIWICK_DATA_DIR or DATABASE_URL as the server has it, or make an installation with bailiwick start.`,
  );
}

async function startServer({ dataDir, pgBin, logLevel }: Config) {
  const { startPrivateServer } = await import("../db/embedded.ts");
  const log = (line: string) => void (logLevel === "debug" && process.stderr.write(`${line}\n`));
  return startPrivateServer({ dataDir, pgBin, log });
}
