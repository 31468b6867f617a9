/** What is installed beside this server. */
import { dirname } from "node:path";
import { PACKAGE_FOLDER } from "../version.ts";
import { listPackages } from "./packages/list-packages.ts";

/** Fewer are no work for a crew. */
const PACKAGES_MIN = 6;

/** The nearest folder above the server's own package that has packages in it; undefined when none has enough. */
export async function findOwnInstallation(packageFolder = PACKAGE_FOLDER): Promise<string | undefined> {
  let below = packageFolder;
  for (let path = dirname(below); path !== below; path = dirname(path)) {
    // A folder that may not be read is none of ours.
    const { packages } = await listPackages(path, PACKAGES_MIN).catch(() => ({ packages: [] }));
    if (packages.length >= PACKAGES_MIN) return path;
    below = path;
  }
  return undefined;
}
