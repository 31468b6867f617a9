/** Starts and stops PostgreSQL on a cluster. */

import { spawn } from "node:child_process";
import { constants, type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startedAs } from "./as-user.ts";
import type { Binaries } from "./binaries.ts";
import { type DataFolder, PORT } from "./data-folder.ts";
import { EmbeddedError, messageOf } from "./error.ts";
import { loggedSince, sizeOf, trim } from "./log-file.ts";
import { isPostmasterOf, recordedPostmaster } from "./pid-file.ts";

export interface Attempt {
  readonly pid: number | undefined;
  isRunning(): boolean;
  /** Reads from the log why the process ended: another server has the cluster, or PostgreSQL cannot run. */
  failure(): Promise<{ readonly isTaken: boolean; readonly reason: string }>;
}

/** Starts the server in its own session, so that a signal to our process or its group does not reach the server. */
export async function launch(dataFolder: DataFolder, binaries: Binaries): Promise<Attempt> {
  await trim(dataFolder.logFile).catch((error: unknown) =>
    dataFolder.log(`${dataFolder.logFile} cannot be trimmed: ${messageOf(error)}`),
  );
  const logged = await sizeOf(dataFolder.logFile);
  const log = await openLog(dataFolder);
  const { env, ...start } = startedAs(dataFolder.user);
  const child = spawn(join(binaries.folder, "postgres"), ["-D", dataFolder.cluster, ...settings(dataFolder)], {
    ...start,
    env: { ...env, ...(await reusedPid(dataFolder)) },
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
      const text = await loggedSince(dataFolder.logFile, logged);
      return { isTaken: TAKEN.test(text), reason: cause || lastComplaint(text) };
    },
  };
}

/** The log gets the owner of the data folder, so that this owner can start the server after root did. */
async function openLog({ logFile, dataDir, user }: DataFolder): Promise<FileHandle> {
  // Without O_NOFOLLOW the owner could put a link there, and root would write through it.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const log = await open(logFile, flags, 0o600);
  if (user) {
    const { uid, gid } = await stat(dataDir);
    await log.chown(uid, gid);
  }
  return log;
}

/** PostgreSQL's messages when a running server, or processes left by a killed one, still use the cluster. */
const TAKEN = /lock file ".*" already exists|pre-existing shared memory block/;

function lastComplaint(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const complaint = lines.findLast((line) => /(FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return complaint.replace(/^.*?(FATAL|PANIC): +/, "");
}

/**
 * After a crash an unrelated process may have the recorded process id, which is common in containers, and PostgreSQL
 * would refuse to start. Where the process is certainly not PostgreSQL, this variable (made for pg_ctl) tells
 * PostgreSQL to ignore it. PostgreSQL still checks for surviving processes and removes the file itself.
 */
async function reusedPid({ cluster }: DataFolder): Promise<NodeJS.ProcessEnv> {
  const recorded = await recordedPostmaster(cluster);
  if (!recorded || (await isPostmasterOf(cluster, recorded)) !== "no") return {};
  return { PG_GRANDPARENT_PID: String(recorded.pid) };
}

function settings({ run, isDurable }: DataFolder): string[] {
  const durable = isDurable ? "on" : "off";
  const all: Record<string, string> = {
    // The server can only be reached through a socket in a closed folder.
    listen_addresses: "",
    unix_socket_directories: `"${run.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    port: String(PORT),
    max_connections: "100",
    // Each day of telemetry has a partition with five indexes, and a statement locks all that it may read.
    max_locks_per_transaction: "256",
    // A commit that was confirmed is on disk.
    fsync: durable,
    synchronous_commit: durable,
    full_page_writes: durable,
    wal_compression: "on",
    shared_buffers: "128MB",
    huge_pages: "off",
    // The statements are short: compiling them costs more time than it saves.
    jit: "off",
    idle_in_transaction_session_timeout: "10s",
    timezone: "UTC",
    log_timezone: "UTC",
    lc_messages: "C",
    // Statements and their values are not logged: they are users' data, and the caller gets the error.
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
 * Ends every connection and stops the server cleanly (a "fast" shutdown). Call it only while connected to this server:
 * then postmaster.pid records the running process.
 */
export async function shutDown(dataFolder: DataFolder): Promise<void> {
  const recorded = await recordedPostmaster(dataFolder.cluster);
  if (!recorded) return;
  if ((await isPostmasterOf(dataFolder.cluster, recorded)) !== "yes") {
    dataFolder.log(`The private PostgreSQL keeps running: process ${recorded.pid} may be another program.`);
    return;
  }
  process.kill(recorded.pid, "SIGINT");
  const deadline = Date.now() + STOP_MS_MAX;
  // PostgreSQL removes the file last. The process itself may stay listed until its parent collects it.
  while ((await recordedPostmaster(dataFolder.cluster))?.pid === recorded.pid) {
    if (Date.now() > deadline) {
      dataFolder.log(`The private PostgreSQL still shuts down after ${STOP_MS_MAX / 1000} s. It ends by itself.`);
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

export function didNotStart(dataFolder: DataFolder, reason: string): EmbeddedError {
  return new EmbeddedError(`The private PostgreSQL did not start: ${reason}. Its log is ${dataFolder.logFile}.`);
}
