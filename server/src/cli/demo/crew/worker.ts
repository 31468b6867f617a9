/** Reads the packages of one batch. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "../../../../../sdk/src/index.ts";
import { readPackage } from "../../../demo/packages/read-package.ts";
import { BatchInput, type BatchResult, type PackageFacts, parse } from "../../../demo/packages/shapes.ts";
import { requireOwnFolder } from "./own-folder.ts";

/**
 * Pauses that a batch is stretched by in all, and the longest of them. The work itself is real and soon done; so a
 * person can follow it, and there is a middle to be killed in. Milliseconds.
 */
const PACED_MS = 2_000;
const PAUSE_MS_MAX = 500;
/** Between two reports of progress. Milliseconds. */
const REPORT_MS = 1_000;

export function auditBatch(folder: string): Handler {
  return async (task, { signal, progress }) => {
    const { path, packages } = parse(BatchInput, task.input, "The input of the batch");
    requireOwnFolder(path, folder);
    const pauseMs = Math.min(PAUSE_MS_MAX, PACED_MS / packages.length);
    // Also a small batch says once that it is under way.
    const quarter = Math.ceil(packages.length / 4);
    const found: PackageFacts[] = [];
    let reportedMs = performance.now();
    for (const one of packages) {
      found.push(await readPackage(path, one, signal));
      const isDue = performance.now() - reportedMs > REPORT_MS;
      if (isDue || found.length === quarter || found.length === packages.length) {
        reportedMs = performance.now();
        await progress({ done: found.length, of: packages.length, bytes: bytesOf(found) });
      }
      await sleep(pauseMs, undefined, { signal });
    }
    return { packages: found } satisfies BatchResult;
  };
}

function bytesOf(found: readonly PackageFacts[]): number {
  return found.reduce((total, { bytes }) => total + bytes, 0);
}
