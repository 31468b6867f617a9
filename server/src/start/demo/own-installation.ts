/** Finds the folder in which this server is installed. */
import { dirname } from "node:path";
import { listPackages } from "../../demo/packages/list-packages.ts";
import { PACKAGE_FOLDER } from "../../version.ts";

/** Fewer packages are too little work for a crew. */
const PACKAGES_MIN = 6;

/** Returns the nearest folder above the server's own package with at least `PACKAGES_MIN` packages, if there is one. */
export async function findOwnInstallation(packageFolder = PACKAGE_FOLDER): Promise<string | undefined> {
  let below = packageFolder;
  for (let path = dirname(below); path !== below; path = dirname(path)) {
    // A folder that cannot be read is skipped.
    const { packages } = await listPackages(path, PACKAGES_MIN).catch(() => ({ packages: [] }));
    if (packages.length >= PACKAGES_MIN) return path;
    below = path;
  }
  return undefined;
}
