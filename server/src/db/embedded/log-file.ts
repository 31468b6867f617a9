/**
 * The log of the private server. Bailiwick opens the file, so that the reason of a failed start is in a known place.
 */

import { copyFile, open, stat, truncate } from "node:fs/promises";
import { codeOf } from "./error.ts";

const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;
const TAIL_BYTES = 64 * 1024;

/** Trims the log once a minute to two files of LOG_BYTES_MAX. Returns the function that ends the trimming. */
export function keepSmall(logFile: string): () => void {
  // A failure, such as a full disk, is ignored: the next minute tries again.
  const timer = setInterval(() => trim(logFile).catch(() => undefined), LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Copies the log and empties it. A rename would not work: the server keeps writing to the file that it has open. */
export async function trim(logFile: string, bytesMax = LOG_BYTES_MAX): Promise<void> {
  if ((await sizeOf(logFile)) <= bytesMax) return;
  await copyFile(logFile, `${logFile}.1`);
  await truncate(logFile);
}

export async function sizeOf(logFile: string): Promise<number> {
  try {
    return (await stat(logFile)).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return 0;
    throw error;
  }
}

/** Reads the lines that were logged after the file had this size, at most the last TAIL_BYTES. */
export async function loggedSince(logFile: string, size: number): Promise<string> {
  const handle = await open(logFile, "r");
  try {
    const end = (await handle.stat()).size;
    const start = Math.max(size <= end ? size : 0, end - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(end - start), position: start });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
