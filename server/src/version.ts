/** The version of this package, the same file from the sources and from the bundle. */
import { readFileSync } from "node:fs";

// A file of ours, whose shape we know.
const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export const VERSION = about.version;
