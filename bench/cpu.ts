/** Processor time of whole processes, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second on every platform Node runs on. */
const MS_PER_TICK = 10;

interface ProcessTimes {
  parent: number;
  own: number;
  /** Of children that ended and were waited for. */
  children: number;
}

function timesOf(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name may hold spaces and brackets; the fields follow its last bracket, starting with the state.
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

/** The process itself, without what it started. */
function processTicks(pid: number): number {
  return timesOf(pid)?.own ?? 0;
}

/** A server and all its children, those that ended included. */
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
  /** Counted alone. */
  process: number;
  /** Counted with its children. */
  postmaster: number;
}

/** Milliseconds of processor time since the start; null where the system does not tell. */
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
