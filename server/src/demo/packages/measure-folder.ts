/** Measures the folder of a package and computes its digest. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

export interface Measure {
  files: number;
  bytes: number;
  digest: string;
}

/** At most this many files of a package are measured. */
const FILES_MAX = 50_000;
/** Larger files are read in pieces. */
const WHOLE_BYTES_MAX = 1024 * 1024;

/** Reads every file of the package, without links and without the packages inside it. */
export async function measureFolder(folder: string, signal: AbortSignal): Promise<Measure> {
  const all = createHash("sha256");
  let bytes = 0;
  const files = await ownFiles(folder);
  for (const file of files) {
    signal.throwIfAborted();
    const path = join(folder, file);
    const { size } = await stat(path);
    bytes += size;
    all.update(`${file}\0${await digestOf(path, size)}\n`);
  }
  return { files: files.length, bytes, digest: all.digest("hex") };
}

async function ownFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  const pending = [""];
  for (let below = pending.pop(); below !== undefined && files.length < FILES_MAX; below = pending.pop()) {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      if (entry.isDirectory() && entry.name !== "node_modules") pending.push(path);
    }
  }
  // The file system may list a folder in any order, and the digest must not depend on the order.
  return files.slice(0, FILES_MAX).sort();
}

async function digestOf(path: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  if (size <= WHOLE_BYTES_MAX) hash.update(await readFile(path));
  else await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
