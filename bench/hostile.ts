/** Measures the effect of a hostile tenant on another tenant. Both stay within their limits. */
import { readFileSync } from "node:fs";
import type { Cluster } from "./cluster.ts";
import { figure, median, print, say } from "./figures.ts";
import type { Scale } from "./hostile/attacks.ts";
import { type Outcome, runHostile } from "./hostile/suite.ts";
import type { Heard } from "./hostile/victim.ts";
import { startServer } from "./http.ts";
import { HOSTILE, IS_QUICK } from "./settings.ts";
import { createWorld } from "./world.ts";

const FULL: Scale = {
  callers: 20,
  numbers: 12,
  facts: 300_000,
  openTasks: 40_000,
  story: 200,
  readers: 30,
  polls: 1_000,
  tree: 20_000,
  leases: 4_000,
};
const QUICK: Scale = { ...FULL, numbers: 4, facts: 50_000, openTasks: 10_000, readers: 10, polls: 300, tree: 4_000 };
const LENGTH = IS_QUICK
  ? { scale: QUICK, aloneMs: 3_000, attackMs: 5_000, restMs: 1_000, victims: 8, leaseWaitMs: 30_000 }
  : { scale: FULL, aloneMs: 6_000, attackMs: 12_000, restMs: 3_000, victims: 8, leaseWaitMs: 90_000 };
/** The largest ratio of a victim's usual call under attack to one without an attack. */
const RATIO = { is: "at most", value: 3 } as const;
const NONE = { is: "at most", value: 0 } as const;
const MEMORY_INTERVAL_MS = 250;

export async function measureHostile(cluster: Cluster): Promise<void> {
  const { app } = await createWorld(cluster, 0);
  const server = await startServer(cluster, { BAILIWICK_TRUSTED_PROXIES: "127.0.0.1" });
  const memory = watchMemory(server.pid);
  const target = { app, admin: cluster.admin, port: server.port };
  try {
    await runHostile(target, LENGTH, { only: HOSTILE, onOutcome: (outcome) => report(outcome, memory.takeMost()) });
  } finally {
    memory.stop();
    await server.stop();
  }
}

function report({ name, alone, under, statuses, notes, leaseMs }: Outcome, mostMiB: number | null): void {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  say(`${name}: answers ${counts.join(", ") || "none"}. ${notes.join(". ")}`);
  for (const text of under.wrong) say(`  the victim got ${text}`);
  const ms = (heard: Heard, of: (times: readonly number[]) => number) => of(heard.times);
  const worst = (times: readonly number[]) => Math.max(...times);
  const print1 = (what: string, unit: string, value: number | null, target?: typeof RATIO | typeof NONE) =>
    print(figure(`${name}: ${what}`, unit, [value], target));
  print1("victim's p50 alone", "ms", ms(alone, median));
  print1("victim's p50", "ms", ms(under, median));
  print1("victim's worst call alone", "ms", ms(alone, worst));
  print1("victim's worst call", "ms", ms(under, worst));
  print1("victim's p50 / alone", "ratio", ms(under, median) / ms(alone, median), RATIO);
  print1("victim's calls", "", under.times.length);
  print1("victim's calls that failed (5xx or nothing)", "", under.failed, NONE);
  print1("victim's calls that were refused", "", under.refused, NONE);
  if (leaseMs !== undefined) print1("delay until the server noticed the end of the victim's lease", "ms", leaseMs);
  print1("most memory of the server", "MiB", mostMiB);
}

/** Watches the resident memory of a process; null where the system has no such figure. */
function watchMemory(pid: number): { takeMost(): number | null; stop(): void } {
  let most: number | null = null;
  const timer = setInterval(() => {
    const now = residentMiB(pid);
    if (now !== null) most = Math.max(most ?? 0, now);
  }, MEMORY_INTERVAL_MS);
  return {
    takeMost() {
      const taken = most;
      most = null;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

function residentMiB(pid: number): number | null {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kib === undefined ? null : Math.round(Number(kib) / 1024);
  } catch {
    return null;
  }
}
