/** Measures lifecycles of tasks alone, and next to events at half of the highest rate of this machine. */
import { measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { lifecycle } from "./ours.ts";
import { PIECE_MS, ROUNDS } from "./settings.ts";
import { sendBatch } from "./telemetry.ts";
import { createWorld } from "./world.ts";

const LANES = 4;
const CALLERS = 16;
/** Batches that may be on their way when the machine is slower than at its highest rate. */
const BATCHES_MAX = 8;

export async function measureTelemetryMix(cluster: Cluster): Promise<void> {
  const sender = await createWorld(cluster, 8);
  // One server serves both workspaces.
  const tasks = await createWorld(cluster, CALLERS, sender.app);
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const results: { alone: number[]; mixed: number[]; sent: number[] } = { alone: [], mixed: [], sent: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const highest = await measure(LANES, PIECE_MS, () => sendBatch(sender), watched);
    const alone = await measure(CALLERS, PIECE_MS, lifecycle(tasks), watched);
    const pace = paced(highest.perSecond / 2, () => sendBatch(sender));
    const mixed = await measure(CALLERS, PIECE_MS, lifecycle(tasks), watched);
    const sent = (await pace.stop()) / (highest.perSecond / 2);
    say(
      `round ${round}: ${alone.perSecond.toFixed(0)} alone, ${mixed.perSecond.toFixed(0)} with ${sent.toFixed(2)} of half`,
    );
    if (round < 0) continue;
    results.alone.push(alone.perSecond);
    results.mixed.push(mixed.perSecond);
    results.sent.push(sent);
  }
  print(figure(`${CALLERS} callers: lifecycles alone`, "per second", results.alone));
  print(figure(`${CALLERS} callers: lifecycles with events`, "per second", results.mixed));
  print(figure("events that were sent / half of the highest rate", "ratio", results.sent));
  const target = { is: "at least", value: 0.8 } as const;
  print(figure("lifecycles with events / alone", "ratio", ratios(results.mixed, results.alone), target));
}

/** Calls `send` at this rate until it is stopped, which returns the calls that ended in each second. */
function paced(perSecond: number, send: () => Promise<void>) {
  let ended = 0;
  const open = new Set<Promise<void>>();
  const startMs = performance.now();
  const timer = setInterval(() => {
    if (open.size >= BATCHES_MAX) return;
    const call = send().then(() => {
      ended++;
      open.delete(call);
    });
    open.add(call);
  }, 1_000 / perSecond);
  return {
    async stop(): Promise<number> {
      clearInterval(timer);
      const rate = ended / ((performance.now() - startMs) / 1_000);
      await Promise.all(open);
      return rate;
    },
  };
}
