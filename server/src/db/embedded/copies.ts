/** Copies PostgreSQL's programs into the data folder, for a server user that cannot reach the originals. */

import { createHash } from "node:crypto";
import { access, chmod, cp, lstat, mkdir, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DataFolder } from "./data-folder.ts";

/**
 * Returns the program folder of the copy; undefined when the installation is not one tree that can be copied.
 * The copy is made once per version, under the start lock.
 */
export async function copyOf(
  dataFolder: DataFolder,
  folder: string,
  complete: (root: string) => Promise<void> = async () => {},
): Promise<string | undefined> {
  const original = dirname(await realpath(folder));
  if (!(await exists(join(original, "share"))) || !(await exists(join(original, "lib")))) return undefined;
  const name = await fingerprint(original);
  const copy = join(dataFolder.copies, name);
  if (!(await exists(copy))) {
    dataFolder.log(`Copying PostgreSQL's programs from ${original} to ${copy}.`);
    // One database needs one version: any other copy is older or incomplete.
    await rm(dataFolder.copies, { recursive: true, force: true });
    const draft = `${copy}.new`;
    await mkdir(draft, { recursive: true });
    await cp(original, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    await complete(draft);
    await openToAll(dataFolder.copies);
    await rename(draft, copy);
  }
  return join(copy, "native", "bin");
}

async function fingerprint(original: string): Promise<string> {
  const { size, mtimeMs } = await stat(join(original, "bin", "postgres"));
  const facts = [original, size, mtimeMs].join("\n");
  return `postgresql-${createHash("sha256").update(facts).digest("hex").slice(0, 12)}`;
}

/** The originals may be readable only by their owner. The mode of the data folder keeps other users out of the copy. */
async function openToAll(path: string): Promise<void> {
  const status = await lstat(path);
  if (status.isSymbolicLink()) return;
  if (!status.isDirectory()) {
    await chmod(path, (status.mode & 0o100) !== 0 ? 0o755 : 0o644);
    return;
  }
  await chmod(path, 0o755);
  for (const name of await readdir(path)) await openToAll(join(path, name));
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
