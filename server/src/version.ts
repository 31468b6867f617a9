/** What is known of this package: its version and its folder, the same from the sources and from the bundle. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// A file of ours, whose shape we know.
const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export const VERSION = about.version;

/** Where this package is: in a clone, or installed among others. */
export const PACKAGE_FOLDER = fileURLToPath(new URL("..", import.meta.url));
