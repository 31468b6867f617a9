// One process at a time starts or stops the server of a data folder.
//
// Who holds the lock listens on a socket of its own, and the lock is a link that names this socket. The kernel closes
// the socket with the process, however that dies, so a dead holder is one whose socket refuses. Unlike a process
// number this cannot be reused, and it is right across containers and on macOS.
//
// A link is made and read in one step. The link of a dead holder may be removed only under a lock named after that
// holder, so nobody can remove a link which was replaced meanwhile; holders never use a name twice.

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
/** A draft lives for the moment between two system calls. */
const DRAFT_MS_MAX = 60_000;

/** Longer than a start may take, recovery included. */
const WAIT_MS_MAX = 15 * 60_000;
const WAIT_MS_UNTIL_SAID = 1_000;
const LOOK_AGAIN_MS = 1_000;
const BUSY_MS = 20;

export async function withStartLock<T>(
  folder: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const said = setTimeout(() => {
    log("Waiting for another Bailiwick process that is starting or stopping the private PostgreSQL.");
  }, WAIT_MS_UNTIL_SAID);
  const lock = await acquire(join(folder, LOCK), Date.now() + WAIT_MS_MAX).finally(() => clearTimeout(said));
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
    const presence = await appear(dirname(path));
    if (await claim(path, presence.name)) {
      const release = async () => {
        await rm(path, { force: true });
        await presence.leave();
      };
      return { holder: presence.name, release };
    }
    await presence.leave();
    const holder = await holderOf(path);
    if (holder !== undefined && (await isGone(join(dirname(path), holder)))) await evict(path, holder, deadline);
    if (Date.now() > deadline) {
      throw new EmbeddedError(
        `Another Bailiwick process has held ${path} for ${WAIT_MS_MAX / 60_000} minutes. ` +
          "Stop that process and start again.",
      );
    }
  }
}

async function claim(path: string, name: string): Promise<boolean> {
  try {
    await symlink(name, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function evict(path: string, holder: string, deadline: number): Promise<void> {
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

/** Waits a while for a holder to leave; true when it is dead already. */
async function isGone(socketPath: string): Promise<boolean> {
  const answer = await knock(socketPath);
  if (answer === "nobody") return true;
  if (answer === "busy") await sleep(BUSY_MS);
  else await closed(answer);
  return false;
}

function knock(socketPath: string): Promise<Socket | "nobody" | "busy"> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once("connect", () => resolve(socket));
    socket.on("error", (error) => {
      const code = codeOf(error);
      resolve(code === "ECONNREFUSED" || code === "ENOENT" ? "nobody" : "busy");
    });
  });
}

/** The holder hangs up when it lets go, and the kernel does when it dies. */
async function closed(socket: Socket): Promise<void> {
  const done = new AbortController();
  const hungUp = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await Promise.race([hungUp, sleep(LOOK_AGAIN_MS, undefined, { signal: done.signal }).catch(() => undefined)]);
  done.abort();
  socket.destroy();
}

interface Presence {
  readonly name: string;
  leave(): Promise<void>;
}

/** Listens before it takes its name, so that a name which refuses is surely dead and may be swept. */
async function appear(folder: string): Promise<Presence> {
  const id = randomBytes(6).toString("hex");
  const draft = join(folder, `${DRAFT_PREFIX}${id}`);
  const name = `${SOCKET_PREFIX}${id}`;
  const guests = new Set<Socket>();
  const server = createServer((guest) => {
    guests.add(guest);
    guest.on("error", () => guest.destroy());
    guest.on("close", () => guests.delete(guest));
    guest.resume();
  });
  await listen(server, draft);
  await rename(draft, join(folder, name));
  const leave = async () => {
    await rm(join(folder, name), { force: true });
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const guest of guests) guest.destroy();
    await ended;
  };
  return { name, leave };
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    // Root and the folder's owner must be able to knock at each other's sockets; the folder keeps out the rest.
    server.listen({ path, readableAll: true, writableAll: true });
    await once(server, "listening");
  } catch (error) {
    throw new EmbeddedError(
      `No socket can be made in ${dirname(path)}: ${messageOf(error)}. ` +
        "Set BAILIWICK_DATA_DIR to a folder on a local disk.",
    );
  }
}

/** Removes what crashes left behind. Only who holds the lock does it. */
async function sweep(folder: string, self: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Such a lock guards the link of a holder before us, which is gone.
    if (name.startsWith(`${LOCK}.`)) await rm(path, { force: true });
    if (name.startsWith(SOCKET_PREFIX) && name !== self) await removeIfDead(path);
    if (name.startsWith(DRAFT_PREFIX)) await removeIfOld(path);
  }
}

async function removeIfDead(path: string): Promise<void> {
  const answer = await knock(path);
  if (answer === "nobody") await rm(path, { force: true });
  else if (answer !== "busy") answer.destroy();
}

async function removeIfOld(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined);
  if (status && Date.now() - status.mtimeMs > DRAFT_MS_MAX) await rm(path, { force: true });
}
