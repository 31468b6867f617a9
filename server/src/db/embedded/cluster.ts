// The cluster: PostgreSQL's own folder, made whole or not at all.

import { randomBytes } from "node:crypto";
import { chmod, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { run } from "./as-user.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { codeOf, EmbeddedError } from "./error.ts";
import { type Site, USER } from "./site.ts";

/** Makes the cluster unless it is there, and answers its major version. The caller holds the start lock. */
export async function ensureCluster(site: Site): Promise<number> {
  const major = await majorOf(site.cluster);
  if (major !== undefined) {
    await requirePrivate(site);
    return major;
  }
  await removeDrafts(site);
  const binaries = await findBinaries(site, undefined);
  site.log(`Making a private PostgreSQL ${binaries.major} database in ${site.cluster}.`);
  await makeCluster(site, binaries);
  return binaries.major;
}

/** Undefined when there is no cluster. */
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

/** PostgreSQL refuses a folder that is open or somebody else's, which is how many a copy arrives. */
async function requirePrivate({ cluster, home, user }: Site): Promise<void> {
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
 * Works in a draft and renames it when every file is on disk (initdb syncs them), so that a crash at any moment leaves
 * no cluster or a whole one. The draft has a name of its own: an initdb that outlived its Bailiwick may still write to
 * another.
 */
async function makeCluster(site: Site, binaries: Binaries): Promise<void> {
  const draft = join(site.home, `${draftPrefix(site)}${randomBytes(4).toString("hex")}`);
  let failure = "";
  for (const locale of locales(binaries.major)) {
    const args = ["-D", draft, "-U", USER, "-E", "UTF8", ...locale, ...FIXED_OPTIONS];
    const { code, output } = await run(join(binaries.folder, "initdb"), args, site.user);
    if (code === 0) {
      await rename(draft, site.cluster);
      for (const folder of [site.home, site.dataDir, dirname(site.dataDir)]) await syncFolder(folder);
      return;
    }
    failure = output;
    await rm(draft, { recursive: true, force: true });
  }
  throw new EmbeddedError(`The private database could not be made in ${site.dataDir}: ${reasonIn(failure)}`);
}

const FIXED_OPTIONS = ["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"];

/** The same order and the same letters everywhere. Before 17 only the system can provide them, and some have none. */
function locales(major: number): string[][] {
  if (major >= 17) return [["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]];
  return [["--locale=C.UTF-8", "--lc-messages=C"], ["--locale=C"]];
}

function reasonIn(output: string): string {
  const lines = output.split("\n");
  return lines.find((line) => /(error|FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? "initdb failed";
}

async function removeDrafts(site: Site): Promise<void> {
  for (const name of await readdir(site.home)) {
    if (!name.startsWith(draftPrefix(site))) continue;
    // Its initdb may still be writing; then the next start removes what is left.
    await rm(join(site.home, name), { recursive: true, force: true }).catch((error: unknown) => {
      site.log(`${name}, left by a start that was cut off, stays for now: ${String(error)}`);
    });
  }
}

function draftPrefix(site: Site): string {
  return `${basename(site.cluster)}.new-`;
}

/** A rename is only safe from a power cut when its folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // The parent of the data folder may let us pass but not look in; it is not ours to insist.
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
