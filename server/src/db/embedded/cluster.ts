/** The cluster is PostgreSQL's data directory. It is made completely or not at all. */

import { randomBytes } from "node:crypto";
import { chmod, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { run } from "./as-user.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { type DataFolder, USER } from "./data-folder.ts";
import { codeOf, EmbeddedError } from "./error.ts";

/** Makes the cluster unless it exists. Returns its major version. The caller holds the start lock. */
export async function ensureCluster(dataFolder: DataFolder): Promise<number> {
  const major = await majorOf(dataFolder.cluster);
  if (major !== undefined) {
    await requirePrivate(dataFolder);
    return major;
  }
  await removeDrafts(dataFolder);
  const binaries = await findBinaries(dataFolder, undefined);
  dataFolder.log(`Making a private PostgreSQL ${binaries.major} database in ${dataFolder.cluster}.`);
  await makeCluster(dataFolder, binaries);
  return binaries.major;
}

/** Returns undefined when there is no cluster. */
export async function majorOf(cluster: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(join(cluster, "PG_VERSION"), "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" && !(await exists(cluster))) return undefined;
    if (codeOf(error) !== "ENOENT") throw error;
    throw new EmbeddedError(
      `${cluster} is no database: PG_VERSION is missing. Move it away or restore it from a backup.`,
    );
  }
  return Number.parseInt(text, 10);
}

/** PostgreSQL refuses a folder that is open to others or has another owner, as a copied folder often is. */
async function requirePrivate({ cluster, home, user }: DataFolder): Promise<void> {
  const { uid, mode } = await stat(cluster);
  if (uid !== (user?.uid ?? process.getuid?.())) {
    const owner = user?.name ?? "the user who starts Bailiwick";
    throw new EmbeddedError(
      `${cluster} must belong to ${owner}. As root, run: chown -R ${user?.uid ?? "USER"} ${home}`,
    );
  }
  if ((mode & 0o777) !== 0o700) await chmod(cluster, 0o700);
}

/**
 * Runs initdb in a draft folder and renames the folder when every file is on disk (initdb syncs them), so that a crash
 * leaves no cluster or a complete one. Each draft has a new name: an initdb that outlived its Bailiwick may still write
 * to its own draft.
 */
async function makeCluster(dataFolder: DataFolder, binaries: Binaries): Promise<void> {
  const draft = join(dataFolder.home, `${draftPrefix(dataFolder)}${randomBytes(4).toString("hex")}`);
  let failure = "";
  for (const locale of locales(binaries.major)) {
    const args = ["-D", draft, "-U", USER, "-E", "UTF8", ...locale, ...FIXED_OPTIONS];
    if (!dataFolder.isDurable) args.push("--no-sync");
    const { code, output } = await run(join(binaries.folder, "initdb"), args, dataFolder.user);
    if (code === 0) {
      await rename(draft, dataFolder.cluster);
      for (const folder of [dataFolder.home, dataFolder.dataDir, dirname(dataFolder.dataDir)]) await syncFolder(folder);
      return;
    }
    failure = output;
    await rm(draft, { recursive: true, force: true });
  }
  throw new EmbeddedError(`The private database could not be made in ${dataFolder.dataDir}: ${reasonIn(failure)}`);
}

const FIXED_OPTIONS = ["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"];

/** The same collation everywhere. Before PostgreSQL 17 only the system provides C.UTF-8, and some systems have none. */
function locales(major: number): string[][] {
  if (major >= 17) return [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]];
  return [["--locale=C.UTF-8", "--lc-messages=C"], ["--locale=C"]];
}

function reasonIn(output: string): string {
  const lines = output.split("\n");
  return lines.find((line) => /(error|FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? "initdb failed";
}

async function removeDrafts(dataFolder: DataFolder): Promise<void> {
  for (const name of await readdir(dataFolder.home)) {
    if (!name.startsWith(draftPrefix(dataFolder))) continue;
    // The initdb of this draft may still be writing. Then the next start removes the rest.
    await rm(join(dataFolder.home, name), { recursive: true, force: true }).catch((error: unknown) => {
      dataFolder.log(`${name}, left by an interrupted start, cannot be removed yet: ${String(error)}`);
    });
  }
}

function draftPrefix(dataFolder: DataFolder): string {
  return `${basename(dataFolder.cluster)}.new-`;
}

/** A rename survives a power cut only when its folder is synced. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // The parent of the data folder may be closed to reading. Then the sync is skipped.
    if (codeOf(error) !== "EACCES") throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
