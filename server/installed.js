/** Compares the installed packages with the lock file, because a build with others fails with a message that misleads. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readIfThere } from "./build-parts.js";

/** Throws when `npm ci` has to run first. Other installers than npm leave no list, and then nothing is compared. */
export function requireInstalled(root) {
  if (!existsSync(join(root, "node_modules"))) throw new Error("The packages are not installed. Run npm ci.");
  const locked = packagesIn(join(root, "package-lock.json"));
  const installed = packagesIn(join(root, "node_modules/.package-lock.json"));
  if (!locked || !installed) return;
  const faults = Object.entries(locked).flatMap(([path, one]) => {
    const found = installed[path];
    if (!path.includes("node_modules/") || one.link || found?.version === one.version) return [];
    // A production install leaves out what only the development needs.
    if (!found && (one.dev || one.optional || one.devOptional || one.peer)) return [];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return [`${name} ${found ? `is ${found.version} and must be ${one.version}` : "is missing"}`];
  });
  if (faults.length === 0) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new Error(`The installed packages are not those of package-lock.json: ${faults[0]}${more}. Run npm ci.`);
}

function packagesIn(path) {
  const text = readIfThere(path);
  return text === undefined ? undefined : JSON.parse(text).packages;
}
