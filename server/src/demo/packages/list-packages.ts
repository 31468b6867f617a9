/** Finds the packages that are installed in a folder, from the files on disk. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface Listing {
  /** The folders of packages in order, relative to the root, with forward slashes. */
  packages: string[];
  /** True when there are more packages than are listed. */
  isCut: boolean;
}

export const PACKAGES_MAX = 5_000;
/** The deepest nesting of packages inside packages. */
const NESTING_MAX = 20;
/** The folder in which pnpm keeps the packages, to which it links from elsewhere. */
const STORE = ".pnpm";

/** Does not follow links, because a linked workspace or a package of another installation is not installed here. */
export async function listPackages(root: string, most = PACKAGES_MAX): Promise<Listing> {
  const packages: string[] = [];
  const pending = [{ folder: "node_modules", depth: 0 }];
  for (let next = pending.pop(); next && packages.length <= most; next = pending.pop()) {
    const { folder, depth } = next;
    for (const path of await foldersOf(root, folder)) {
      if (await isFile(join(root, path, "package.json"))) packages.push(path);
      if (depth < NESTING_MAX) pending.push({ folder: `${path}/node_modules`, depth: depth + 1 });
    }
  }
  return { packages: packages.slice(0, most).sort(), isCut: packages.length > most };
}

/** Returns the folders that may be packages. The packages of a scope are one level deeper. */
async function foldersOf(root: string, modules: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await realFolders(join(root, modules))) {
    const path = `${modules}/${name}`;
    if (name.startsWith("@") || name === STORE) {
      found.push(...(await realFolders(join(root, path))).map((below) => `${path}/${below}`));
    } else if (!name.startsWith(".")) {
      found.push(path);
    }
  }
  return found;
}

async function realFolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
