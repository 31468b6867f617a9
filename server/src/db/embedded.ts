/**
 * The private PostgreSQL of a data folder. A process connects to the running server or starts it; the last process that
 * uses the server stops it. README.md has the diagram.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { majorOf } from "./embedded/cluster.ts";
import {
  DATABASE,
  type DataFolder,
  type DataFolderOptions,
  PORT,
  prepareDataFolder,
  USER,
} from "./embedded/data-folder.ts";
import { EmbeddedError, messageOf } from "./embedded/error.ts";
import { keepSmall } from "./embedded/log-file.ts";
import { joinServer, leaveServer, type ServerUse } from "./embedded/server-use.ts";
import { withStartLock } from "./embedded/start-lock.ts";
import { tryConnect } from "./embedded/try-connect.ts";

export { EmbeddedError };

export interface PrivateServer {
  /** `host` is the folder of the socket; there is no password. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
  };
  /** The major version of PostgreSQL. */
  readonly version: number;
  /** The server ran before this start: another process uses it, or a killed process left it. */
  readonly adopted: boolean;
  /** Stops the server if this process is its last user. Close other connections first. */
  stop(): Promise<void>;
}

export async function startPrivateServer(options: DataFolderOptions): Promise<PrivateServer> {
  const { dataFolder, use } = await explained(options, async () => {
    const dataFolder = await prepareDataFolder(options);
    return { dataFolder, use: await withStartLock(dataFolder.run, dataFolder.log, () => joinServer(dataFolder)) };
  });
  const endTrimming = keepSmall(dataFolder.logFile);
  const leave = keepUsing(dataFolder, use);
  let stopped: Promise<void> | undefined;
  return {
    connection: { host: dataFolder.run, port: PORT, user: USER, database: DATABASE },
    version: use.version,
    adopted: use.adopted,
    stop: () => {
      endTrimming();
      stopped ??= leave();
      return stopped;
    },
  };
}

/** Turns an error of the system, such as a full disk, into one line that says what a person can do. */
async function explained<T>({ dataDir }: DataFolderOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new EmbeddedError(
      `The data folder ${dataDir} cannot be used: ${error.message}. ` +
        "Put that right, or set BAILIWICK_DATA_DIR to another folder.",
    );
  }
}

const REJOIN_AFTER_MS = 1_000;

/**
 * Joins the server again when the connection is lost, and starts the server where needed: pools reconnect by
 * themselves, but a dead server does not start by itself. Returns the function that leaves the server.
 */
function keepUsing(dataFolder: DataFolder, first: ServerUse): () => Promise<void> {
  let { client } = first;
  let isLeaving = false;
  let rejoining = Promise.resolve();
  const watch = () => {
    client.once("end", () => {
      if (!isLeaving) rejoining = rejoin();
    });
  };
  const rejoin = async () => {
    dataFolder.log("The connection to the private PostgreSQL ended. Connecting again, or starting the server.");
    // A data folder that was removed is not made again while the process runs.
    while (!isLeaving && (await hasCluster(dataFolder))) {
      try {
        client = (await withStartLock(dataFolder.run, dataFolder.log, () => joinServer(dataFolder))).client;
        return watch();
      } catch (error) {
        dataFolder.log(messageOf(error));
        await sleep(REJOIN_AFTER_MS);
      }
    }
  };
  watch();
  return async () => {
    isLeaving = true;
    await rejoining;
    if (await hasCluster(dataFolder))
      await withStartLock(dataFolder.run, dataFolder.log, () => leaveReconnecting(dataFolder, client));
    else await client.end();
  };
}

/**
 * Leaves the server. Uses a new connection when the first one is broken, because only a working one finds the last
 * user.
 */
async function leaveReconnecting(dataFolder: DataFolder, client: Client): Promise<void> {
  try {
    await leaveServer(dataFolder, client);
  } catch {
    const connected = await tryConnect(dataFolder);
    if (connected.is === "open") await leaveServer(dataFolder, connected.client);
  }
}

async function hasCluster({ cluster }: DataFolder): Promise<boolean> {
  return (await majorOf(cluster).catch(() => undefined)) !== undefined;
}
