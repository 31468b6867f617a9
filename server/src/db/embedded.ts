// The private PostgreSQL of a data folder: found running or started, shared, and stopped by its last user.
// README.md draws how.

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { majorOf } from "./embedded/cluster.ts";
import { EmbeddedError, messageOf } from "./embedded/error.ts";
import { knock } from "./embedded/knock.ts";
import { keepSmall } from "./embedded/log-file.ts";
import { leaveSeat, type Seat, takeSeat } from "./embedded/seat.ts";
import { DATABASE, PORT, prepareSite, type Site, type SiteOptions, USER } from "./embedded/site.ts";
import { withStartLock } from "./embedded/start-lock.ts";

export { EmbeddedError };

export interface PrivateServer {
  /** `host` is the folder of the socket; there is no password. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
  };
  /** The major version. */
  readonly version: number;
  /** It ran already: another process uses it, or one that was killed left it. */
  readonly adopted: boolean;
  /** Stops the server if this process is its last user. Close other connections first. */
  stop(): Promise<void>;
}

export async function startPrivateServer(options: SiteOptions): Promise<PrivateServer> {
  const { site, seat } = await explained(options, async () => {
    const site = await prepareSite(options);
    return { site, seat: await withStartLock(site.run, site.log, () => takeSeat(site)) };
  });
  const endTrimming = keepSmall(site.logFile);
  const leave = keepSeat(site, seat);
  let stopped: Promise<void> | undefined;
  return {
    connection: { host: site.run, port: PORT, user: USER, database: DATABASE },
    version: seat.version,
    adopted: seat.adopted,
    stop: () => {
      endTrimming();
      stopped ??= leave();
      return stopped;
    },
  };
}

/** What the system refuses, a full disk say, a person can put right. */
async function explained<T>({ dataDir }: SiteOptions, work: () => Promise<T>): Promise<T> {
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

const COME_BACK_MS = 1_000;

/** Comes back when the server dropped us, starting it if need be: pools reconnect, but a dead server stays dead. */
function keepSeat(site: Site, first: Seat): () => Promise<void> {
  let { client } = first;
  let isLeaving = false;
  let comingBack = Promise.resolve();
  const watch = () => {
    client.once("end", () => {
      if (!isLeaving) comingBack = comeBack();
    });
  };
  const comeBack = async () => {
    site.log("The private PostgreSQL has gone; finding it or starting it again.");
    // A folder that was removed is not made anew under a running process.
    while (!isLeaving && (await hasCluster(site))) {
      try {
        client = (await withStartLock(site.run, site.log, () => takeSeat(site))).client;
        return watch();
      } catch (error) {
        site.log(messageOf(error));
        await sleep(COME_BACK_MS);
      }
    }
  };
  watch();
  return async () => {
    isLeaving = true;
    await comingBack;
    if (await hasCluster(site)) await withStartLock(site.run, site.log, () => leaveOrLet(site, client));
    else await client.end();
  };
}

/** A connection that broke says nothing about being the last user; a new one does. */
async function leaveOrLet(site: Site, client: Client): Promise<void> {
  try {
    await leaveSeat(site, client);
  } catch {
    const door = await knock(site);
    if (door.is === "open") await leaveSeat(site, door.client);
  }
}

async function hasCluster({ cluster }: Site): Promise<boolean> {
  return (await majorOf(cluster).catch(() => undefined)) !== undefined;
}
