/** Reads the state of the private PostgreSQL for `bailiwick doctor`. Starts, makes and changes nothing. */
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { serverUser } from "./as-user.ts";
import { lookForBinaries } from "./binaries.ts";
import { majorOf } from "./cluster.ts";
import { DATABASE, PORT, USER } from "./data-folder.ts";
import { codeOf } from "./error.ts";
import { isPostmasterOf, recordedPostmaster } from "./pid-file.ts";

export interface PrivateState {
  /** The major version of the cluster; undefined when there is no cluster. */
  major: number | undefined;
  isRunning: boolean;
  /** The connection to the server, if it runs. */
  socket: { host: string; port: number; user: string; database: string };
  /** The major version of the programs that fit; undefined when none were found. */
  programs: number | undefined;
}

export async function inspectPrivateServer(dataDir: string, pgBin: string | undefined): Promise<PrivateState> {
  const home = join(dataDir, "postgres");
  const cluster = join(home, "cluster");
  const major = await majorOf(cluster);
  const recorded = await recordedPostmaster(cluster);
  const user = await serverUser(home);
  const run = join(dataDir, "run");
  return {
    major,
    isRunning: recorded !== undefined && (await isPostmasterOf(cluster, recorded)) !== "no",
    // The folder is a link where the path is too long for a socket.
    socket: { host: await realpath(run).catch(() => run), port: PORT, user: USER, database: DATABASE },
    programs: await lookForBinaries({ pgBin, user }, major),
  };
}

/** Returns the type of the network file system that holds the folder; undefined when the file system is local. */
export async function networkFileSystem(folder: string): Promise<string | undefined> {
  try {
    return networkTypeIn(await readFile("/proc/self/mounts", "utf8"), await realpath(folder));
  } catch (error) {
    // Only Linux has the list.
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

const NETWORK =
  /^(nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|beegfs|gpfs|fuse\.(sshfs|glusterfs|s3fs|rclone))$/;

/** Exported for tests. `mounts` has the form of `/proc/mounts`. */
export function networkTypeIn(mounts: string, folder: string): string | undefined {
  const holding = mounts
    .split("\n")
    .map((line) => line.split(" "))
    .map(([, point = "", type = ""]) => ({ point: plainPath(point), type }))
    .filter(({ point }) => point !== "" && (point === "/" || folder === point || folder.startsWith(`${point}/`)));
  // Of mounts on the same point, the last one is on top.
  const [deepest] = holding.reverse().sort((one, other) => other.point.length - one.point.length);
  return deepest && NETWORK.test(deepest.type) ? deepest.type : undefined;
}

/** The list writes spaces and some other characters in octal. */
function plainPath(point: string): string {
  return point.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
