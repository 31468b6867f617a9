/** The check of the data folder: its owner, its mode, and where it is. */
import { access, constants, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../../db/embedded/error.ts";
import { networkFileSystem } from "../../db/embedded/inspect.ts";
import type { Config } from "../../runtime/config.ts";
import { type Finding, findingsOf, reasonOf } from "./finding.ts";

export interface FolderState {
  path: string;
  /** The user of this process; undefined where the system has no numbers for users. */
  user: number | undefined;
  /** The data folder holds the database or the master key. */
  isUsed: boolean;
  /** Why the folder cannot be read. */
  fault?: string;
  /** Undefined when there is no folder. */
  found?: FolderStatus;
  /** The folder can be written, or made where it is missing. */
  canWrite: boolean;
}

export interface FolderStatus {
  isFolder: boolean;
  owner: number;
  mode: number;
  /** The type of the file system when it is on another machine. */
  network: string | undefined;
  /** The owners of the folder of PostgreSQL and of the cluster in it. */
  home: number | undefined;
  cluster: number | undefined;
}

export async function readFolder({ dataDir: path, databaseUrl, masterKeys }: Config): Promise<FolderState> {
  const isUsed = databaseUrl === undefined || masterKeys === undefined;
  const about = { path, user: process.getuid?.(), isUsed };
  try {
    const status = await ifThere(stat(path));
    if (!status) return { ...about, canWrite: await canWrite(await nearest(dirname(path))) };
    const isFolder = status.isDirectory();
    const ownerOf = async (name: string) => (isFolder ? (await ifThere(stat(join(path, name))))?.uid : undefined);
    const [home, cluster] = [await ownerOf("postgres"), await ownerOf("postgres/cluster")];
    const network = await networkFileSystem(path);
    const found = { isFolder, owner: status.uid, mode: status.mode, network, home, cluster };
    return { ...about, found, canWrite: await canWrite(path) };
  } catch (error) {
    return { ...about, fault: reasonOf(error), canWrite: false };
  }
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function nearest(folder: string): Promise<string> {
  return (await ifThere(stat(folder))) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

async function canWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

const OTHER_FOLDER = "or set BAILIWICK_DATA_DIR as the server has it.";
const WRITABLE_BY_OTHERS = 0o022;

export function folderFinding(state: FolderState): Finding {
  const { path, user, isUsed, fault, found } = state;
  const { ok, warning, failed, skipped } = findingsOf("folder");
  if (!isUsed) return skipped("DATABASE_URL and the master key are set, so no data folder is used.");
  if (fault !== undefined)
    return failed(`${path} cannot be read: ${fault}.`, `Run this as root or as its owner, ${OTHER_FOLDER}`);
  if (!found) return missing(state);
  if (!found.isFolder) return failed(`${path} is not a folder.`, "Set BAILIWICK_DATA_DIR to a folder.");
  const isForeign = user !== 0 && user !== undefined && found.owner !== user;
  if (isForeign && !state.canWrite)
    return failed(
      `${path} belongs to user ${found.owner}, and this is user ${user}.`,
      `Act as that user, ${OTHER_FOLDER}`,
    );
  if (!state.canWrite) return failed(`${path} cannot be written.`, "Mount its disk for writing, or change its mode.");
  const owners = ownersFault(found, user);
  if (owners) return failed(`${path}/postgres ${owners}`, `As root, run: chown -R USER ${path}/postgres`);
  if (found.network !== undefined) {
    const text = `${path} is on a network file system (${found.network}). Two machines must not use one data folder.`;
    return warning(text, "Use a local disk, or a PostgreSQL server with DATABASE_URL.");
  }
  if (found.mode & WRITABLE_BY_OTHERS) return warning(`Other users may write to ${path}.`, `Run: chmod go-w ${path}`);
  return ok(`${path} can be used.`);
}

function missing({ path, canWrite }: FolderState): Finding {
  const { warning, failed } = findingsOf("folder");
  if (!canWrite) return failed(`${path} does not exist and cannot be made.`, `Make it as root, ${OTHER_FOLDER}`);
  return warning(
    `${path} does not exist, so there is no installation here.`,
    `Start the server to make it, ${OTHER_FOLDER}`,
  );
}

/** PostgreSQL requires that its own user owns the cluster. Root gives away what belongs to root. */
function ownersFault({ home, cluster }: FolderStatus, user: number | undefined): string | undefined {
  if (user === undefined || home === undefined) return undefined;
  if (user !== 0 && home !== user) return `belongs to user ${home}, and this is user ${user}.`;
  if (cluster === undefined || home === 0 || cluster === home) return undefined;
  return `belongs to user ${home}, and the cluster in it to user ${cluster}.`;
}
