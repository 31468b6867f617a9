// postmaster.pid, in which PostgreSQL says who runs a cluster. Only PostgreSQL writes and removes it.

import { readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./as-user.ts";
import { codeOf } from "./error.ts";

export interface Recorded {
  readonly pid: number;
  readonly startedAt: Date;
}

/** Undefined when nobody is recorded, which after a clean stop is so. */
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

/** Whether the process is the postmaster of this cluster; its number may have passed to another since. */
export async function isPostmasterOf(cluster: string, recorded: Recorded): Promise<"yes" | "no" | "unknown"> {
  return process.platform === "linux" ? askProc(cluster, recorded) : askPs(recorded);
}

/** A postmaster works in the folder of its cluster. */
async function askProc(cluster: string, { pid }: Recorded): Promise<"yes" | "no" | "unknown"> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster)) ? "yes" : "no";
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "no" : "unknown";
  }
}

const CLOCK_MS_MAX = 5_000;

async function askPs({ pid, startedAt }: Recorded): Promise<"yes" | "no" | "unknown"> {
  const { code, output } = await run("ps", ["-o", "lstart=,comm=", "-p", String(pid)], undefined);
  if (code !== 0) return "no";
  const [, started = "", program = ""] = /^(\w+ +\w+ +\d+ +[\d:]+ +\d+) +(.+)$/.exec(output) ?? [];
  if (!/(^|\/)(postgres|postmaster)$/.test(program.trim())) return "no";
  const apart = Math.abs(Date.parse(`${started} UTC`) - startedAt.getTime());
  return apart <= CLOCK_MS_MAX ? "yes" : "unknown";
}
