/** Finds the PostgreSQL programs for a cluster: those of its major version, or for a new cluster the newest. */

import { readdir, realpath } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { run, type ServerUser } from "./as-user.ts";
import { copyOf } from "./copies.ts";
import type { DataFolder } from "./data-folder.ts";
import { codeOf, EmbeddedError, messageOf } from "./error.ts";
import { packagedFolder, packagedMajor } from "./packaged.ts";

export interface Binaries {
  readonly folder: string;
  readonly major: number;
}

const MAJOR_MIN = 15;

/** `major` is the version of the existing cluster; undefined means that a new cluster will be made. */
export async function findBinaries(dataFolder: DataFolder, major: number | undefined): Promise<Binaries> {
  const fits = (found: number) => (major === undefined ? found >= MAJOR_MIN : found === major);
  const found =
    (await named(dataFolder, major, fits)) ?? (await packaged(dataFolder, fits)) ?? (await installed(dataFolder, fits));
  if (found) return found;
  throw new EmbeddedError(major === undefined ? NOTHING_FOUND : nothingFor(major, dataFolder.cluster));
}

const NOTHING_FOUND =
  `No PostgreSQL ${MAJOR_MIN} or newer was found. Install Bailiwick with its optional dependencies, or PostgreSQL ` +
  "itself, or name its programs with BAILIWICK_PG_BIN, or set DATABASE_URL to a server.";

function nothingFor(major: number, cluster: string): string {
  return (
    `The database in ${cluster} was made by PostgreSQL ${major}, and no PostgreSQL ${major} was found. ` +
    "Install it, or name its programs with BAILIWICK_PG_BIN; to change the version, " +
    `run "bailiwick backup" where PostgreSQL ${major} still runs ` +
    'and "bailiwick restore" into a new data folder.'
  );
}

type Fits = (major: number) => boolean;

async function named(dataFolder: DataFolder, major: number | undefined, fits: Fits): Promise<Binaries | undefined> {
  if (dataFolder.pgBin === undefined) return undefined;
  const found = await examine(dataFolder, dataFolder.pgBin, fits);
  if ("reason" in found) {
    throw new EmbeddedError(
      `BAILIWICK_PG_BIN names ${dataFolder.pgBin}, which cannot be used: ${found.reason}. ` +
        "It takes the folder that holds the programs postgres and initdb.",
    );
  }
  if (fits(found.major)) return found;
  // The programs of an existing cluster's version may still be elsewhere.
  if (major !== undefined) return undefined;
  throw new EmbeddedError(`BAILIWICK_PG_BIN names PostgreSQL ${found.major}; Bailiwick needs ${MAJOR_MIN} or newer.`);
}

async function packaged(dataFolder: DataFolder, fits: Fits): Promise<Binaries | undefined> {
  const folder = await packagedFolder(dataFolder);
  if (folder === undefined) return undefined;
  const found = await examine(dataFolder, folder, fits);
  if ("major" in found) return fits(found.major) ? found : undefined;
  dataFolder.log(`The PostgreSQL that came with Bailiwick cannot be used: ${found.reason}.`);
  return undefined;
}

/** Returns the major version of the programs that fit, without making a link or a copy; undefined when there are none. */
export async function lookForBinaries(
  { pgBin, user }: Pick<DataFolder, "pgBin" | "user">,
  major: number | undefined,
): Promise<number | undefined> {
  const fits = (found: number) => (major === undefined ? found >= MAJOR_MIN : found === major);
  const named = pgBin === undefined ? undefined : await readVersion(pgBin, user);
  if (named && "major" in named && fits(named.major)) return named.major;
  // The programs of the package run only after their links are made, so its version is read.
  const packaged = await packagedMajor();
  if (packaged !== undefined && fits(packaged)) return packaged;
  return (await installed({ user }, fits))?.major;
}

type Unusable = { readonly reason: string; readonly isClosed: boolean };

/**
 * Runs the program as the server's user: only this shows that the user can reach it and that it finds its libraries.
 */
async function examine(dataFolder: DataFolder, folder: string, fits: Fits): Promise<Binaries | Unusable> {
  const found = await readVersion(folder, dataFolder.user);
  if ("major" in found || !found.isClosed) return found;
  const ours = await readVersion(folder, undefined);
  if ("reason" in ours || !fits(ours.major)) return ours;
  const copy = await copyOf(dataFolder, folder);
  return copy === undefined ? found : readVersion(copy, dataFolder.user);
}

async function readVersion(folder: string, user: ServerUser | undefined): Promise<Binaries | Unusable> {
  const program = join(folder, "postgres");
  try {
    const { code, output } = await run(program, ["-V"], user);
    const major = Number(/\(PostgreSQL\) (\d+)/.exec(output)?.[1]);
    if (code === 0 && major > 0) return { folder, major };
    return { reason: output.split("\n")[0] || `${program} -V ends with ${code}`, isClosed: false };
  } catch (error) {
    if (error instanceof EmbeddedError) throw error;
    if (user && codeOf(error) === "EACCES") return { reason: `${user.name} may not run ${program}`, isClosed: true };
    return { reason: messageOf(error), isClosed: false };
  }
}

/** The places where systems install several versions: parent folder, name of the version's folder, path inside it. */
const INSTALL_PLACES: readonly (readonly [string, RegExp, string])[] = [
  ["/usr/lib/postgresql", /^\d+$/, "bin"],
  ["/usr", /^pgsql-\d+$/, "bin"],
  ["/usr/libexec", /^postgresql\d+$/, ""],
  ["/opt/homebrew/opt", /^postgresql@\d+$/, "bin"],
  ["/usr/local/opt", /^postgresql@\d+$/, "bin"],
  ["/Library/PostgreSQL", /^\d+$/, "bin"],
  ["/Applications/Postgres.app/Contents/Versions", /^\d+$/, "bin"],
];

/** Returns the newest installed version that fits. */
async function installed(dataFolder: Pick<DataFolder, "user">, fits: Fits): Promise<Binaries | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  for (const [parent, name, rest] of INSTALL_PLACES) {
    const names = await readdir(parent).catch(() => []);
    folders.push(...names.filter((found) => name.test(found)).map((found) => join(parent, found, rest)));
  }
  const programs = await Promise.all(
    folders.map((folder) => realpath(join(folder, "postgres")).catch(() => undefined)),
  );
  const holding = new Set(programs.filter((program) => program !== undefined).map(dirname));
  const found = await Promise.all([...holding].map((folder) => readVersion(folder, dataFolder.user)));
  const fitting = found.filter((one): one is Binaries => "major" in one && fits(one.major));
  return fitting.sort((one, other) => other.major - one.major)[0];
}
