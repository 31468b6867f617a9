/** The paths in the data folder, and the users who may read and write them. */

import { createHash } from "node:crypto";
import {
  access,
  chmod,
  chown,
  constants,
  lstat,
  mkdir,
  readdir,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { blockedAt, handOver, handOverTree, type ServerUser, serverUser } from "./as-user.ts";
import { codeOf, EmbeddedError } from "./error.ts";

export interface DataFolder {
  readonly dataDir: string;
  /** The folder that the server's user owns. It holds only the cluster. */
  readonly home: string;
  readonly cluster: string;
  /** Holds the socket and the start lock. */
  readonly run: string;
  readonly copies: string;
  readonly logFile: string;
  readonly user: ServerUser | undefined;
  readonly pgBin: string | undefined;
  readonly isDurable: boolean;
  readonly log: (line: string) => void;
}

export interface DataFolderOptions {
  dataDir: string;
  pgBin?: string | undefined;
  /** False for data of one run, as in tests: the server does not wait for the disk, and a power cut destroys the data. */
  isDurable?: boolean;
  log: (line: string) => void;
}

/** The database user of every connection. There is no password: the folder's mode decides who can reach the socket. */
export const USER = "bailiwick";
export const DATABASE = "bailiwick";
export const PORT = 5432;

/** The mode of a data folder that root owns and the server's group may pass through. */
const PASSABLE_MODE = 0o710;
const OPEN_TRIES_MAX = 20;
const OPEN_AGAIN_MS = 25;

/** The kernel's limit is 104 on macOS and 108 on Linux. */
const SOCKET_PATH_BYTES_MAX = 100;

/** Makes the folders, or throws one line that says what prevents it. Two processes may do it at once. */
export async function prepareDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const { dataDir, pgBin, isDurable = true, log } = options;
  if (!process.getuid) {
    throw new EmbeddedError("The private database needs Linux or macOS. Set DATABASE_URL to a PostgreSQL server.");
  }
  const own = await makeDataDir(dataDir);
  const home = join(own, "postgres");
  const user = await serverUser(home);
  await openToUser(own, user);
  await makeHome(home, user);
  return {
    dataDir: own,
    home,
    cluster: join(home, "cluster"),
    run: await makeRunFolder(own, user),
    copies: join(own, "binaries"),
    logFile: join(own, "postgres.log"),
    user,
    pgBin,
    isDurable,
    log,
  };
}

async function makeDataDir(dataDir: string): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true });
  const isNew = await makeFolder(dataDir);
  // A folder that already held files may be shared on purpose. Each folder that Bailiwick adds is closed by its own
  // mode.
  if (!isNew && (await isOwnAndEmpty(dataDir))) await chmod(dataDir, 0o700);
  return realpath(dataDir);
}

/** Returns false when the folder exists already. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Returns false for a folder that another starting process has just opened to the server's group. */
async function isOwnAndEmpty(folder: string): Promise<boolean> {
  const { uid, mode } = await stat(folder);
  if ((mode & 0o777) === PASSABLE_MODE) return false;
  return uid === process.getuid?.() && (await readdir(folder)).length === 0;
}

/** Lets the server's group pass through a folder that is private to root. The parent folders are never changed. */
async function openTo(user: ServerUser | undefined, dataDir: string): Promise<void> {
  if (!user) return;
  const { uid, mode } = await stat(dataDir);
  if (uid !== 0 || (mode & 0o077) !== 0) return;
  await chown(dataDir, 0, user.gid);
  await chmod(dataDir, PASSABLE_MODE);
}

/**
 * Tries several times, because another process that started at the same moment may close the folder before it opens it.
 */
async function openToUser(dataDir: string, user: ServerUser | undefined): Promise<void> {
  if (!user) return;
  for (let tries = 1; ; tries++) {
    await openTo(user, dataDir);
    const folder = await blockedAt(dataDir, user);
    if (folder === undefined) return;
    if (folder !== dataDir || tries === OPEN_TRIES_MAX) throw closedTo(folder, user);
    await sleep(OPEN_AGAIN_MS);
  }
}

function closedTo(folder: string, user: ServerUser): EmbeddedError {
  return new EmbeddedError(
    `The folder ${folder} is closed to ${user.name}, the user that runs the database because PostgreSQL does not run as root. ` +
      "Set BAILIWICK_DATA_DIR to a folder outside it, such as /var/lib/bailiwick.",
  );
}

async function makeHome(home: string, user: ServerUser | undefined): Promise<void> {
  await makeFolder(home);
  const { uid } = await stat(home);
  if (user && uid === 0) {
    // The folder is new, or root restored it from a copy. PostgreSQL requires that its user owns every file.
    await handOverTree(home, user);
    return;
  }
  if (uid === (user?.uid ?? process.getuid?.())) return;
  throw new EmbeddedError(
    `The folder ${home} belongs to user ${uid}. Start Bailiwick as that user, ` +
      "or set BAILIWICK_DATA_DIR to another folder.",
  );
}

async function makeRunFolder(dataDir: string, user: ServerUser | undefined): Promise<string> {
  const plain = join(dataDir, "run");
  if (fits(plain)) {
    // The data folder moved to a shorter path and still has the link to its short folder.
    if ((await linkTarget(plain)) !== undefined) await rm(plain, { force: true });
    await makePrivate(plain, user);
    return plain;
  }
  const short = await agreeOnShortFolder(plain, dataDir, user);
  await makePrivate(short, user);
  return short;
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_BYTES_MAX;
}

/**
 * Returns the short folder for the socket. Its name is derived from the data folder. A link in the data folder keeps
 * its path, because processes with different TMPDIR must use the same one.
 */
async function agreeOnShortFolder(link: string, dataDir: string, user: ServerUser | undefined): Promise<string> {
  const name = `bailiwick-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
  const agreed = await linkTarget(link);
  if (agreed !== undefined && basename(agreed) === name && (await isOpenTo(user, dirname(agreed)))) return agreed;
  // The link is from before the data folder moved, or its temporary folder was removed. Only sockets are lost.
  await rm(link, { recursive: true, force: true });
  const isGood = fits(join(tmpdir(), name)) && (await isOpenTo(user, tmpdir()));
  const proposed = join(isGood ? tmpdir() : "/tmp", name);
  await symlink(proposed, link).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
  return (await linkTarget(link)) ?? proposed;
}

async function isOpenTo(user: ServerUser | undefined, folder: string): Promise<boolean> {
  if (user) return (await blockedAt(folder, user)) === undefined;
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "EINVAL") return undefined;
    throw error;
  }
}

/** Refuses a folder that another user made first: its owner could pretend to be the database. */
async function makePrivate(folder: string, user: ServerUser | undefined): Promise<void> {
  await makeFolder(folder);
  const status = await lstat(folder);
  const { uid, mode } = status;
  if (!status.isDirectory() || (uid !== process.getuid?.() && uid !== user?.uid)) {
    throw new EmbeddedError(
      `${folder}, the folder for the database's socket, belongs to another user. ` +
        "Remove it, or set BAILIWICK_DATA_DIR to a shorter path.",
    );
  }
  if ((mode & 0o777) !== 0o700) await chmod(folder, 0o700);
  if (uid !== (user?.uid ?? uid)) await handOver(folder, user);
}
