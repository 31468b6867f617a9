// The server's log. It writes to a file we open, so that its reasons for not starting are in one known place.

import { copyFile, open, stat, truncate } from "node:fs/promises";
import { codeOf } from "./error.ts";

const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;
const TAIL_BYTES = 64 * 1024;

/** Two files of LOG_BYTES_MAX at most, but for what one minute brings. Ends with the function it returns. */
export function keepSmall(logFile: string): () => void {
  // A log that cannot be trimmed, on a full disk say, is no reason to stop; the next minute tries again.
  const timer = setInterval(() => trim(logFile).catch(() => undefined), LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Copied and emptied, not renamed: the server goes on writing to the file it has open, at its end. */
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

/** What was logged since the file had this size. */
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
