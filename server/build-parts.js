/** Parts that the builds of the server and of the dashboard share. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL(".", import.meta.url));
export const ROOT = join(SERVER, "..");
export const DIST = join(SERVER, "dist");
/** A server that is running, or a page that is open, may still load a piece of an older build. */
export const OLD_PIECES_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;
/** Folders that are no sources, at any depth. */
const NO_SOURCES = new Set(["node_modules", "dist"]);

/** Names, sizes and times of the sources: as good as their contents, and read in milliseconds. */
export function fingerprint(sources) {
  const hash = createHash("sha256");
  const add = (path) => {
    const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (!found) return;
    if (!found.isDirectory()) hash.update(`${path} ${found.size} ${found.mtimeMs}\n`);
    else for (const name of readdirSync(join(ROOT, path)).sort()) if (!NO_SOURCES.has(name)) add(`${path}/${name}`);
  };
  for (const source of sources) add(source);
  return hash.digest("hex");
}

/** At once: nobody ever reads half of it. */
export function put(path, contents) {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}

export function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
