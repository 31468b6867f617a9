/** Finds the folder to audit. */
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DemoError } from "./error.ts";

/** Returns the given folder, or the nearest one from `from` upwards that has installed packages. */
export async function findInstallation(given: string | undefined, from: string): Promise<string> {
  if (given !== undefined) {
    const path = resolve(from, given);
    if (await hasPackages(path)) return path;
    throw new DemoError(
      `There is no node_modules in ${path}. Run npm install there, or name another folder with --path.`,
    );
  }
  for (let path = resolve(from); ; path = dirname(path)) {
    if (await hasPackages(path)) return path;
    if (path === dirname(path)) break;
  }
  throw new DemoError(`There is no node_modules in ${from} or above. Name a folder that has one with --path.`);
}

async function hasPackages(path: string): Promise<boolean> {
  const found = await stat(join(path, "node_modules")).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
