/** Reads postmaster.pid, where PostgreSQL records the process that runs a cluster. Only PostgreSQL writes this file. */

import { readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./as-user.ts";
import { codeOf } from "./error.ts";

export interface Recorded {
  readonly pid: number;
  readonly startedAt: Date;
}

/** Returns undefined when no process is recorded, which is normal after a clean stop. */
export async function recordedPostmaster(cluster: string): Promise<Recorded | undefined> {
  try {
    const [pid, , started] = (await readFile(join(cluster, "postmaster.pid"), "utf8")).split("\n").map(Number);
    if (!pid || !started) return undefined;
    return { pid, startedAt: new Date(started * 1000) };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Says if the recorded process still is the postmaster of this cluster: another process may have its id now. */
export async function isPostmasterOf(cluster: string, recorded: Recorded): Promise<"yes" | "no" | "unknown"> {
  return process.platform === "linux" ? checkWithProc(cluster, recorded) : checkWithPs(recorded);
}

/** The working directory of a postmaster is the folder of its cluster. */
async function checkWithProc(cluster: string, { pid }: Recorded): Promise<"yes" | "no" | "unknown"> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster)) ? "yes" : "no";
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "no" : "unknown";
  }
}

const START_DIFFERENCE_MS_MAX = 5_000;

async function checkWithPs({ pid, startedAt }: Recorded): Promise<"yes" | "no" | "unknown"> {
  const { code, output } = await run("ps", ["-o", "lstart=,comm=", "-p", String(pid)], undefined);
  if (code !== 0) return "no";
  const [, started = "", program = ""] = /^(\w+ +\w+ +\d+ +[\d:]+ +\d+) +(.+)$/.exec(output) ?? [];
  if (!/(^|\/)(postgres|postmaster)$/.test(program.trim())) return "no";
  const apart = Math.abs(Date.parse(`${started} UTC`) - startedAt.getTime());
  return apart <= START_DIFFERENCE_MS_MAX ? "yes" : "unknown";
}
