/** The version and the folder of this package, the same from the sources and from the bundle. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The shape of this package's own package.json is known.
const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export const VERSION = about.version;

/** The folder of this package: a clone, or a folder in node_modules. */
export const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));
