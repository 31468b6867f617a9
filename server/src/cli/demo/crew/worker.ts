/** Reads the packages of one batch. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "../../../../../sdk/src/index.ts";
import { readPackage } from "../../../demo/packages/read-package.ts";
import { BatchInput, type BatchResult, type PackageFacts, parse } from "../../../demo/packages/shapes.ts";
import { requireOwnFolder } from "./checks.ts";

/**
 * The sum of the pauses in a batch, and the longest of them. The real work ends quickly. With the pauses a person can
 * follow it, and a worker can be killed in the middle of a task.
 */
const PAUSES_MS = 2_000;
const PAUSE_MS_MAX = 500;
const REPORT_INTERVAL_MS = 1_000;

export function auditBatch(folder: string): Handler {
  return async (task, { signal, progress }) => {
    const { path, packages } = parse(BatchInput, task.input, "The input of the batch");
    requireOwnFolder(path, folder);
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSES_MS / packages.length);
    // A small batch also reports progress once.
    const quarter = Math.ceil(packages.length / 4);
    const found: PackageFacts[] = [];
    let reportedMs = performance.now();
    for (const one of packages) {
      found.push(await readPackage(path, one, signal));
      const isDue = performance.now() - reportedMs > REPORT_INTERVAL_MS;
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
