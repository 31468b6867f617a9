/**
 * The start lock: one process at a time starts or stops the server of a data folder.
 *
 * The holder of the lock listens on its own socket, and the lock is a link that names this socket. The kernel closes
 * the socket when the process dies, so a holder whose socket refuses connections is dead. A process id could be reused;
 * a socket cannot, and the check also works between containers and on macOS.
 *
 * A link is made in one step and read in one step. The link of a dead holder is removed only under a lock that is named
 * after that holder, so a link that was replaced meanwhile is never removed. A holder never uses a name twice.
 */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { lstat, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, EmbeddedError, messageOf } from "./error.ts";

const LOCK = "start.lock";
const SOCKET_PREFIX = "s-";
const DRAFT_PREFIX = "d-";
/** A draft normally exists only between two system calls. */
const DRAFT_MS_MAX = 60_000;

/** Longer than a start may take, recovery included. */
const WAIT_MS_MAX = 15 * 60_000;
const LOG_AFTER_MS = 1_000;
const CHECK_AGAIN_MS = 1_000;
const BUSY_MS = 20;

export async function withStartLock<T>(
  folder: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const waitsLong = setTimeout(() => {
    log("Waiting for another Bailiwick process that is starting or stopping the private PostgreSQL.");
  }, LOG_AFTER_MS);
  const lock = await acquire(join(folder, LOCK), Date.now() + WAIT_MS_MAX).finally(() => clearTimeout(waitsLong));
  try {
    await sweep(folder, lock.holder);
    return await work();
  } finally {
    await lock.release();
  }
}

interface Lock {
  readonly holder: string;
  release(): Promise<void>;
}

async function acquire(path: string, deadline: number): Promise<Lock> {
  for (;;) {
    const socket = await openSocket(dirname(path));
    if (await makeLink(path, socket.name)) {
      const release = async () => {
        await rm(path, { force: true });
        await socket.close();
      };
      return { holder: socket.name, release };
    }
    await socket.close();
    const holder = await holderOf(path);
    if (holder !== undefined && (await isDead(join(dirname(path), holder)))) await removeHolder(path, holder, deadline);
    if (Date.now() > deadline) {
      throw new EmbeddedError(
        `Another Bailiwick process has held ${path} for ${WAIT_MS_MAX / 60_000} minutes. ` +
          "Stop that process and start again.",
      );
    }
  }
}

/** Returns false when another process holds the lock. */
async function makeLink(path: string, name: string): Promise<boolean> {
  try {
    await symlink(name, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a dead holder. */
async function removeHolder(path: string, holder: string, deadline: number): Promise<void> {
  const lock = await acquire(`${path}.${holder}`, deadline);
  try {
    if ((await holderOf(path)) !== holder) return;
    await rm(path, { force: true });
    await rm(join(dirname(path), holder), { force: true });
  } finally {
    await lock.release();
  }
}

async function holderOf(path: string): Promise<string | undefined> {
  try {
    return basename(await readlink(path));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Returns true when the holder is dead. Otherwise waits a while for the holder to release the lock. */
async function isDead(socketPath: string): Promise<boolean> {
  const found = await tryConnect(socketPath);
  if (found === "dead") return true;
  if (found === "busy") await sleep(BUSY_MS);
  else await waitForClose(found);
  return false;
}

function tryConnect(socketPath: string): Promise<Socket | "dead" | "busy"> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once("connect", () => resolve(socket));
    socket.on("error", (error) => {
      const code = codeOf(error);
      resolve(code === "ECONNREFUSED" || code === "ENOENT" ? "dead" : "busy");
    });
  });
}

/**
 * The holder closes the connection when it releases the lock; the kernel closes the connection when the holder dies.
 */
async function waitForClose(socket: Socket): Promise<void> {
  const done = new AbortController();
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await Promise.race([closed, sleep(CHECK_AGAIN_MS, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
  socket.destroy();
}

interface HolderSocket {
  readonly name: string;
  close(): Promise<void>;
}

/** The socket listens before it gets its name, so that a named socket that refuses connections is certainly dead. */
async function openSocket(folder: string): Promise<HolderSocket> {
  const id = randomBytes(6).toString("hex");
  const draft = join(folder, `${DRAFT_PREFIX}${id}`);
  const name = `${SOCKET_PREFIX}${id}`;
  const waiting = new Set<Socket>();
  const server = createServer((connection) => {
    waiting.add(connection);
    connection.on("error", () => connection.destroy());
    connection.on("close", () => waiting.delete(connection));
    connection.resume();
  });
  await listen(server, draft);
  await rename(draft, join(folder, name));
  const close = async () => {
    await rm(join(folder, name), { force: true });
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of waiting) connection.destroy();
    await ended;
  };
  return { name, close };
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    // Root and the folder's owner must be able to connect to each other's sockets. The folder's mode stops all others.
    server.listen({ path, readableAll: true, writableAll: true });
    await once(server, "listening");
  } catch (error) {
    throw new EmbeddedError(
      `No socket can be made in ${dirname(path)}: ${messageOf(error)}. ` +
        "Set BAILIWICK_DATA_DIR to a folder on a local disk.",
    );
  }
}

/** Removes the files that crashes left. Only the holder of the lock calls it. */
async function sweep(folder: string, self: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Such a lock guards the link of an earlier holder, and that link no longer exists.
    if (name.startsWith(`${LOCK}.`)) await rm(path, { force: true });
    if (name.startsWith(SOCKET_PREFIX) && name !== self) await removeIfDead(path);
    if (name.startsWith(DRAFT_PREFIX)) await removeIfOld(path);
  }
}

async function removeIfDead(path: string): Promise<void> {
  const found = await tryConnect(path);
  if (found === "dead") await rm(path, { force: true });
  else if (found !== "busy") found.destroy();
}

async function removeIfOld(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined);
  if (status && Date.now() - status.mtimeMs > DRAFT_MS_MAX) await rm(path, { force: true });
}
