/** Reads the CPU time of whole processes from Linux. */
import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second on every platform that Node.js supports. */
const MS_PER_TICK = 10;

interface ProcessTimes {
  parent: number;
  own: number;
  /** The time of children that have ended and were waited for. */
  children: number;
}

function timesOf(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name may contain spaces and brackets. The other fields follow its last bracket; the first one is the state.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { parent, own: user + system, children: childUser + childSystem };
}

export function parentOf(pid: number): number | undefined {
  return timesOf(pid)?.parent;
}

/** The time of the process without its children. */
function processTicks(pid: number): number {
  return timesOf(pid)?.own ?? 0;
}

/** The time of a server and all its children, including those that have ended. */
function treeTicks(root: number): number {
  const top = timesOf(root);
  let ticks = top ? top.own + top.children : 0;
  for (const name of readdirSync("/proc")) {
    const times = /^\d+$/.test(name) ? timesOf(Number(name)) : undefined;
    if (times?.parent === root) ticks += times.own + times.children;
  }
  return ticks;
}

export interface Watched {
  /** The process that is counted without its children. */
  process: number;
  /** The process that is counted with its children. */
  postmaster: number;
}

/**
 * Returns functions that read the CPU time in milliseconds since this call; null where the system has no such figure.
 */
export function cpuMeter({ process: pid, postmaster }: Watched): {
  server: () => number | null;
  database: () => number | null;
} {
  if (process.platform !== "linux") return { server: () => null, database: () => null };
  const before = [processTicks(pid), treeTicks(postmaster)] as const;
  return {
    server: () => (processTicks(pid) - before[0]) * MS_PER_TICK,
    database: () => (treeTicks(postmaster) - before[1]) * MS_PER_TICK,
  };
}
