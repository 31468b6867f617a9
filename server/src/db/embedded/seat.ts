// A seat at the server: one connection that says "this process uses it" for as long as the process lives.

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { findBinaries } from "./binaries.ts";
import { ensureCluster } from "./cluster.ts";
import { EmbeddedError } from "./error.ts";
import { knock } from "./knock.ts";
import { isPostmasterOf, recordedPostmaster } from "./pid-file.ts";
import { type Attempt, didNotStart, launch, shutDown } from "./postmaster.ts";
import type { Site } from "./site.ts";

export interface Seat {
  readonly client: Client;
  readonly version: number;
  /** The server ran already. */
  readonly adopted: boolean;
}

/** Every user holds it shared; who gets it alone is the last. Released by the server when the connection ends. */
const IN_USE = 7_300_001;

/** Finds the server running or starts it. The caller holds the start lock. */
export async function takeSeat(site: Site): Promise<Seat> {
  const version = await ensureCluster(site);
  const { client, adopted } = await reach(site, version);
  try {
    await requireOurs(site, client);
    await client.query("select pg_advisory_lock_shared($1)", [IN_USE]);
  } catch (error) {
    await client.end();
    throw error;
  }
  return { client, version, adopted };
}

/** Stops the server if nobody else uses it. The caller holds the start lock, so nobody can come in meanwhile. */
export async function leaveSeat(site: Site, client: Client): Promise<void> {
  if (await isLast(client)) await shutDown(site);
  await client.end();
}

async function isLast(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ last: boolean }>("select pg_try_advisory_lock($1) as last", [IN_USE]);
  return rows[0]?.last === true;
}

const POLL_MS = 10;
/** A long recovery is not asked a hundred times a second: the server logs every answer. */
const POLL_SLOWLY_MS = 250;
const SLOWLY_AFTER_MS = 2_000;
const TRY_AGAIN_MS = 100;
const SAY_EVERY_MS = 10_000;
/** How long another server may keep the cluster without answering. */
const TAKEN_MS_MAX = 60_000;
/** Recovery reads at most what was written since the last checkpoint; ten minutes of it is a very slow disk. */
const START_MS_MAX = 10 * 60_000;
const STILL_AT_IT = `it is not ready after ${START_MS_MAX / 60_000} minutes but goes on by itself; start again later`;

async function reach(site: Site, version: number): Promise<{ client: Client; adopted: boolean }> {
  const since = Date.now();
  let attempt: Attempt | undefined;
  let saidAt = since;
  for (;;) {
    const door = await knock(site);
    if (door.is === "open") return { client: door.client, adopted: !(await isServing(site, attempt)) };
    if (door.is === "absent" && !attempt?.isRunning()) {
      if (attempt) await requireTaken(site, attempt, since);
      attempt = await start(site, version, attempt !== undefined);
    }
    if (Date.now() - since > START_MS_MAX) throw didNotStart(site, STILL_AT_IT);
    if (Date.now() - saidAt > SAY_EVERY_MS) {
      saidAt = Date.now();
      site.log(`Still waiting for the private PostgreSQL (${Math.round((saidAt - since) / 1000)} s).`);
    }
    await sleep(Date.now() - since < SLOWLY_AFTER_MS ? POLL_MS : POLL_SLOWLY_MS);
  }
}

/** A server that was starting already may answer while our attempt has yet to notice it. */
async function isServing({ cluster }: Site, attempt: Attempt | undefined): Promise<boolean> {
  return attempt !== undefined && (await recordedPostmaster(cluster))?.pid === attempt.pid;
}

/** A start that found the cluster taken is repeated: a server is starting or stopping, or dying connections linger. */
async function requireTaken(site: Site, attempt: Attempt, since: number): Promise<void> {
  const { isTaken, reason } = await attempt.failure();
  if (!isTaken) throw didNotStart(site, reason);
  if (Date.now() - since > TAKEN_MS_MAX) {
    const other = await recordedPostmaster(site.cluster);
    const hint = other ? ` Stop process ${other.pid} (kill -INT ${other.pid}) and start again.` : "";
    throw new EmbeddedError(`Another server has ${site.cluster} but does not answer in ${site.run}: ${reason}.${hint}`);
  }
  await sleep(TRY_AGAIN_MS);
}

async function start(site: Site, version: number, isRepeat: boolean): Promise<Attempt> {
  const binaries = await findBinaries(site, version);
  const recorded = await recordedPostmaster(site.cluster);
  if (recorded && !isRepeat && (await isPostmasterOf(site.cluster, recorded)) === "no") {
    site.log("The private PostgreSQL was not shut down cleanly. It recovers first, which can take some minutes.");
  }
  return launch(site, binaries);
}

/** Whatever answers in our folder must serve our cluster, or writes would go elsewhere. */
async function requireOurs(site: Site, client: Client): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>("show data_directory");
  const served = rows[0]?.data_directory;
  if (served === site.cluster) return;
  throw new EmbeddedError(
    `The server that answers in ${site.run} serves ${served}, not ${site.cluster}. Stop that server and start again.`,
  );
}
