// Starting PostgreSQL on a cluster, and stopping it.

import { spawn } from "node:child_process";
import { constants, type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startedAs } from "./as-user.ts";
import type { Binaries } from "./binaries.ts";
import { EmbeddedError, messageOf } from "./error.ts";
import { loggedSince, sizeOf, trim } from "./log-file.ts";
import { isPostmasterOf, recordedPostmaster } from "./pid-file.ts";
import { PORT, type Site } from "./site.ts";

export interface Attempt {
  readonly pid: number | undefined;
  isRunning(): boolean;
  /** Why it ended: another has the cluster, or it cannot run. Ask when it runs no more. */
  failure(): Promise<{ readonly isTaken: boolean; readonly reason: string }>;
}

/** Starts the server in a session of its own, so that whatever ends our process or its group spares it. */
export async function launch(site: Site, binaries: Binaries): Promise<Attempt> {
  await trim(site.logFile).catch((error: unknown) => site.log(`${site.logFile} stays long: ${messageOf(error)}`));
  const logged = await sizeOf(site.logFile);
  const log = await openLog(site);
  const { env, ...start } = startedAs(site.user);
  const child = spawn(join(binaries.folder, "postgres"), ["-D", site.cluster, ...settings(site)], {
    ...start,
    env: { ...env, ...(await reusedPid(site)) },
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  let isRunning = true;
  let cause = "";
  child.on("exit", () => {
    isRunning = false;
  });
  child.on("error", (error) => {
    isRunning = false;
    cause = error.message;
  });
  child.unref();
  await log.close();
  return {
    pid: child.pid,
    isRunning: () => isRunning,
    failure: async () => {
      const text = await loggedSince(site.logFile, logged);
      return { isTaken: TAKEN.test(text), reason: cause || lastComplaint(text) };
    },
  };
}

/** Belongs to whom the data folder does, so that root does not lock out its owner. */
async function openLog({ logFile, dataDir, user }: Site): Promise<FileHandle> {
  // The owner could put a link there for root to write through.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const log = await open(logFile, flags, 0o600);
  if (user) {
    const { uid, gid } = await stat(dataDir);
    await log.chown(uid, gid);
  }
  return log;
}

/** What PostgreSQL says when a server, or what is left of a killed one, still has the cluster. */
const TAKEN = /lock file ".*" already exists|pre-existing shared memory block/;

function lastComplaint(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const complaint = lines.findLast((line) => /(FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return complaint.replace(/^.*?(FATAL|PANIC): +/, "");
}

/**
 * After a crash the recorded number may have passed to an unrelated process, often so in a container, and PostgreSQL
 * would refuse for ever. Where it surely has, this variable (made for pg_ctl) tells PostgreSQL to ignore that process;
 * it still makes its own check for survivors and removes the file itself.
 */
async function reusedPid({ cluster }: Site): Promise<NodeJS.ProcessEnv> {
  const recorded = await recordedPostmaster(cluster);
  if (!recorded || (await isPostmasterOf(cluster, recorded)) !== "no") return {};
  return { PG_GRANDPARENT_PID: String(recorded.pid) };
}

function settings({ run }: Site): string[] {
  const all: Record<string, string> = {
    // Reachable through one closed folder and in no other way.
    listen_addresses: "",
    unix_socket_directories: `"${run.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    port: String(PORT),
    max_connections: "100",
    // An answered commit is on disk.
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    wal_compression: "on",
    shared_buffers: "128MB",
    huge_pages: "off",
    // The statements are short; compiling them costs more than it saves.
    jit: "off",
    idle_in_transaction_session_timeout: "10s",
    timezone: "UTC",
    log_timezone: "UTC",
    lc_messages: "C",
    // Neither statements nor their values: they are people's data, and who sent them gets the error anyway.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    logging_collector: "off",
    log_destination: "stderr",
    cluster_name: "bailiwick",
  };
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

const STOP_MS_MAX = 60_000;
const LOOK_EVERY_MS = 10;

/**
 * Ends every connection and stops cleanly ("fast"). Call it only while connected to this very server: then what
 * postmaster.pid records is the living one.
 */
export async function shutDown(site: Site): Promise<void> {
  const recorded = await recordedPostmaster(site.cluster);
  if (!recorded) return;
  if ((await isPostmasterOf(site.cluster, recorded)) !== "yes") {
    site.log(`The private PostgreSQL keeps running: process ${recorded.pid} is not surely it.`);
    return;
  }
  process.kill(recorded.pid, "SIGINT");
  const deadline = Date.now() + STOP_MS_MAX;
  // Removing the file is the last thing it does. The process may stay listed until its parent takes notice.
  while ((await recordedPostmaster(site.cluster))?.pid === recorded.pid) {
    if (Date.now() > deadline) {
      site.log(`The private PostgreSQL is still shutting down after ${STOP_MS_MAX / 1000} s and is left to it.`);
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

export function didNotStart(site: Site, reason: string): EmbeddedError {
  return new EmbeddedError(`The private PostgreSQL did not start: ${reason}. Its log is ${site.logFile}.`);
}
