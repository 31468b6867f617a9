/** Which folder is audited. */
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DemoError } from "./error.ts";

/** The given folder, or the nearest one from here upwards that has packages installed in it. */
export async function findInstallation(asked: string | undefined, from: string): Promise<string> {
  if (asked !== undefined) {
    const path = resolve(from, asked);
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
