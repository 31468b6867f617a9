/** One connection per process holds a shared advisory lock that says: this process uses the server. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { findBinaries } from "./binaries.ts";
import { ensureCluster } from "./cluster.ts";
import type { DataFolder } from "./data-folder.ts";
import { EmbeddedError } from "./error.ts";
import { isPostmasterOf, recordedPostmaster } from "./pid-file.ts";
import { type Attempt, didNotStart, launch, shutDown } from "./postmaster.ts";
import { tryConnect } from "./try-connect.ts";

export interface ServerUse {
  readonly client: Client;
  readonly version: number;
  /** The server ran before this start. */
  readonly adopted: boolean;
}

/**
 * The advisory lock of the processes that use the server. Each holds it shared; the process that gets it exclusively is
 * the last user. PostgreSQL releases the lock when the connection ends.
 */
const USE_LOCK = 7_300_001;

/** Connects to the running server or starts it. The caller holds the start lock. */
export async function joinServer(dataFolder: DataFolder): Promise<ServerUse> {
  const version = await ensureCluster(dataFolder);
  const { client, adopted } = await reach(dataFolder, version);
  try {
    await requireOurs(dataFolder, client);
    await client.query("select pg_advisory_lock_shared($1)", [USE_LOCK]);
  } catch (error) {
    await client.end();
    throw error;
  }
  return { client, version, adopted };
}

/** Stops the server if no other process uses it. The caller holds the start lock, so no process can join meanwhile. */
export async function leaveServer(dataFolder: DataFolder, client: Client): Promise<void> {
  if (await isLast(client)) await shutDown(dataFolder);
  await client.end();
}

async function isLast(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ last: boolean }>("select pg_try_advisory_lock($1) as last", [USE_LOCK]);
  return rows[0]?.last === true;
}

const POLL_MS = 10;
/** The server logs every refused connection, so a long recovery is polled less often. */
const POLL_SLOWLY_MS = 250;
const SLOWLY_AFTER_MS = 2_000;
const RETRY_AFTER_MS = 100;
const LOG_EVERY_MS = 10_000;
/** The longest time that another server may hold the cluster without accepting connections. */
const TAKEN_MS_MAX = 60_000;
/** Recovery replays at most the log since the last checkpoint. Only a very slow disk needs ten minutes for that. */
const START_MS_MAX = 10 * 60_000;
const STILL_STARTING = `it is not ready after ${START_MS_MAX / 60_000} minutes but goes on by itself; start again later`;

async function reach(dataFolder: DataFolder, version: number): Promise<{ client: Client; adopted: boolean }> {
  const since = Date.now();
  let attempt: Attempt | undefined;
  let loggedAt = since;
  for (;;) {
    const connected = await tryConnect(dataFolder);
    if (connected.is === "open") return { client: connected.client, adopted: !(await isServing(dataFolder, attempt)) };
    if (connected.is === "absent" && !attempt?.isRunning()) {
      if (attempt) await requireTaken(dataFolder, attempt, since);
      attempt = await start(dataFolder, version, attempt !== undefined);
    }
    if (Date.now() - since > START_MS_MAX) throw didNotStart(dataFolder, STILL_STARTING);
    if (Date.now() - loggedAt > LOG_EVERY_MS) {
      loggedAt = Date.now();
      dataFolder.log(
        `Still waiting for the private PostgreSQL to accept connections (${Math.round((loggedAt - since) / 1000)} s).`,
      );
    }
    await sleep(Date.now() - since < SLOWLY_AFTER_MS ? POLL_MS : POLL_SLOWLY_MS);
  }
}

/** Another server that was already starting may accept the connection before our attempt finds the cluster taken. */
async function isServing({ cluster }: DataFolder, attempt: Attempt | undefined): Promise<boolean> {
  return attempt !== undefined && (await recordedPostmaster(cluster))?.pid === attempt.pid;
}

/**
 * Throws unless the attempt failed because the cluster is taken. Then the start is repeated: another server starts or
 * stops, or connections of a killed server have not ended yet.
 */
async function requireTaken(dataFolder: DataFolder, attempt: Attempt, since: number): Promise<void> {
  const { isTaken, reason } = await attempt.failure();
  if (!isTaken) throw didNotStart(dataFolder, reason);
  if (Date.now() - since > TAKEN_MS_MAX) {
    const other = await recordedPostmaster(dataFolder.cluster);
    const hint = other ? ` Stop process ${other.pid} (kill -INT ${other.pid}) and start again.` : "";
    throw new EmbeddedError(
      `Another server has ${dataFolder.cluster} but does not answer in ${dataFolder.run}: ${reason}.${hint}`,
    );
  }
  await sleep(RETRY_AFTER_MS);
}

async function start(dataFolder: DataFolder, version: number, isRepeat: boolean): Promise<Attempt> {
  const binaries = await findBinaries(dataFolder, version);
  const recorded = await recordedPostmaster(dataFolder.cluster);
  if (recorded && !isRepeat && (await isPostmasterOf(dataFolder.cluster, recorded)) === "no") {
    dataFolder.log("The private PostgreSQL was not shut down cleanly. It recovers first, which can take some minutes.");
  }
  return launch(dataFolder, binaries);
}

/** Throws unless the server at our socket serves our cluster; otherwise writes would go to another database. */
async function requireOurs(dataFolder: DataFolder, client: Client): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>("show data_directory");
  const served = rows[0]?.data_directory;
  if (served === dataFolder.cluster) return;
  throw new EmbeddedError(
    `The server that answers in ${dataFolder.run} serves ${served}, not ${dataFolder.cluster}. Stop that server and start again.`,
  );
}
