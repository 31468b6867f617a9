/** Measures idle callers that wait, and many small workspaces next to one large one. */
import { claimTasks } from "../server/src/tasks/operations/claim-tasks.ts";
import { measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { cpuMeter } from "./cpu.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { lifecycle } from "./ours.ts";
import { PIECE_MS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const IDLE_POLLS = 1_000;
/** Shorter than the longest wait, so that no call ends during the measurement. */
const IDLE_MS = 20_000;
const WORKSPACES = 50;
const CALLERS_EACH = 4;
const CALLERS = WORKSPACES * CALLERS_EACH;

export async function measureWaits(cluster: Cluster): Promise<void> {
  await measureIdlePolls(cluster);
  await measureWorkspaces(cluster);
}

async function measureIdlePolls(cluster: Cluster): Promise<void> {
  const { app, workers } = await createWorld(cluster, 64);
  const ends = Array.from({ length: IDLE_POLLS }, () => new AbortController());
  say(`${IDLE_POLLS} calls wait for work`);
  const calls = ends.map(({ signal }, number) => {
    const worker = workers[number % workers.length];
    if (!worker) throw new Error("There are no workers.");
    const call = { input: { wait_seconds: 30 }, request: requestInfo(), abort: () => signal };
    return app.dispatcher.dispatch(claimTasks, worker, call);
  });
  const ended = Promise.allSettled(calls);
  await sleep(2_000);
  const meter = cpuMeter({ process: process.pid, postmaster: cluster.postmaster });
  await sleep(IDLE_MS);
  const cpuMs = (meter.server() ?? Number.NaN) + (meter.database() ?? Number.NaN);
  for (const end of ends) end.abort();
  await ended;
  const share = { is: "at most", value: 2 } as const;
  print(figure(`${IDLE_POLLS} idle long polls: CPU`, "percent of a core", [(cpuMs / IDLE_MS) * 100], share));
}

async function measureWorkspaces(cluster: Cluster): Promise<void> {
  const large = await createWorld(cluster, CALLERS);
  const small: World[] = [];
  for (let n = 0; n < WORKSPACES; n++) small.push(await createWorld(cluster, CALLERS_EACH, large.app));
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const each = small.map(lifecycle);
  const spread = (caller: number) => each[caller % WORKSPACES]?.(Math.floor(caller / WORKSPACES)) ?? Promise.reject();
  const rates: { one: number[]; many: number[] } = { one: [], many: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const one = await measure(CALLERS, PIECE_MS, lifecycle(large), watched);
    const many = await measure(CALLERS, PIECE_MS, spread, watched);
    if (round < 0) continue;
    rates.one.push(one.perSecond);
    rates.many.push(many.perSecond);
  }
  print(figure(`one workspace, ${CALLERS} callers: lifecycles`, "per second", rates.one));
  print(figure(`${WORKSPACES} workspaces, ${CALLERS_EACH} callers each: lifecycles`, "per second", rates.many));
  const least = { is: "at least", value: 0.8 } as const;
  print(figure(`${WORKSPACES} workspaces / one workspace`, "ratio", ratios(rates.many, rates.one), least));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
