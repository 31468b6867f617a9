/** Runs the benchmarks. README.md describes them and has their results. */
import { BOSS_CALLERS_MAX, startBoss } from "./boss.ts";
import { type Measured, measure } from "./callers.ts";
import { measureCaps } from "./caps.ts";
import { measureChecks } from "./checks.ts";
import { type Cluster, requireDurable, startCluster } from "./cluster.ts";
import { figure, print, ratios, say, type Target } from "./figures.ts";
import { measureHostile } from "./hostile.ts";
import { startHttp } from "./http.ts";
import { measureLimits } from "./limits.ts";
import { measureMessages } from "./messages.ts";
import { lifecycle } from "./ours.ts";
import { measureSealing } from "./sealing.ts";
import { ONLY, PIECE_MS, PIECES, ROUNDS } from "./settings.ts";
import { measureSizes } from "./sizes.ts";
import { measureStarts } from "./starts.ts";
import { measureTelemetry } from "./telemetry.ts";
import { measureTelemetryMix } from "./telemetry-mix.ts";
import { measureTelemetryReads } from "./telemetry-reads.ts";
import { measureWaits } from "./waits.ts";
import { createWorld } from "./world.ts";

const IN_PROCESS = [1, 16, 64];
const CONNECTIONS = [1, 16, 64];
const BOSS = "pg-boss, 16 callers";
const atLeast = (value: number): Target => ({ is: "at least", value });
const atMost = (value: number): Target => ({ is: "at most", value });

type Pieces = Map<string, () => Promise<Measured>>;
type Results = Map<string, Measured[]>;

async function main(): Promise<void> {
  const cluster = await startCluster();
  try {
    await requireDurable(cluster.admin);
    if (wanted("lifecycles")) await measureLifecycles(cluster);
    if (wanted("checks")) await measureChecks(cluster);
    if (wanted("sizes")) await measureSizes(cluster);
    if (wanted("waits")) await measureWaits(cluster);
    if (wanted("limits")) await measureLimits(cluster);
    if (wanted("messages")) await measureMessages(cluster);
    if (wanted("telemetry")) await measureTelemetry(cluster);
    if (wanted("mix")) await measureTelemetryMix(cluster);
    if (wanted("reads")) await measureTelemetryReads(cluster);
    if (wanted("caps")) await measureCaps(cluster);
    if (wanted("sealing")) await measureSealing(cluster);
    if (wanted("hostile")) await measureHostile(cluster);
  } finally {
    await cluster.stop();
  }
  if (wanted("starts")) await measureStarts();
}

function wanted(part: string): boolean {
  return ONLY === "" || part.startsWith(ONLY);
}

async function measureLifecycles(cluster: Cluster): Promise<void> {
  const boss = await startBoss(cluster);
  const world = await createWorld(cluster, 64);
  const http = await startHttp(cluster, world);
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const served = { process: http.pid, postmaster: cluster.postmaster };
  const pieces: Pieces = new Map();
  for (const callers of IN_PROCESS) {
    pieces.set(`in-process, ${callers} callers`, () => measure(callers, PIECE_MS, lifecycle(world), watched));
    if (callers <= BOSS_CALLERS_MAX)
      pieces.set(`pg-boss, ${callers} callers`, () => measure(callers, PIECE_MS, boss.lifecycle, watched));
  }
  for (const connections of CONNECTIONS) {
    pieces.set(`HTTP, ${connections} connections`, () => measure(connections, PIECE_MS, http.lifecycle, served));
  }
  for (const name of pieces.keys()) {
    if (PIECES.length > 0 && name !== BOSS && !PIECES.includes(name)) pieces.delete(name);
  }
  const results = await interleave(pieces);
  await http.stop();
  await boss.stop();
  report(results);
}

/** Runs every piece once per round, so that other work on the machine affects all of them. The first round warms up. */
async function interleave(pieces: Pieces): Promise<Results> {
  const results: Results = new Map();
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, piece] of pieces) {
      const measured = await piece();
      say(`round ${round}: ${name}: ${measured.perSecond.toFixed(0)} lifecycles a second`);
      if (round >= 0) results.set(name, [...(results.get(name) ?? []), measured]);
    }
  }
  return results;
}

function report(results: Results): void {
  const perSecond = (name: string) => (results.get(name) ?? []).map((measured) => measured.perSecond);
  for (const [name, measured] of results) {
    print(figure(`${name}: lifecycles`, "per second", perSecond(name)));
    const cpu = measured.map(({ cpuMs }) => cpuMs);
    const target = name.includes("64")
      ? atMost(1.2)
      : name.startsWith("pg-boss") || name.includes(", 1 ")
        ? undefined
        : atMost(2);
    print(figure(`${name}: CPU of server and database per lifecycle`, "ms", cpu, target));
  }
  const boss = perSecond(BOSS);
  const cpu = (name: string) => (results.get(name) ?? []).map(({ cpuMs }) => cpuMs ?? Number.NaN);
  const ratio = (name: string, target: number) => {
    if (!results.has(name)) return;
    print(figure(`${name} / ${BOSS}`, "ratio", ratios(perSecond(name), boss), atLeast(target)));
    print(figure(`${name} / ${BOSS}: CPU`, "ratio", ratios(cpu(name), cpu(BOSS))));
  };
  ratio("in-process, 1 callers", 0.6);
  ratio("in-process, 16 callers", 3.5);
  ratio("in-process, 64 callers", 5);
  ratio("HTTP, 16 connections", 1.5);
  ratio("HTTP, 64 connections", 2.5);
}

await main();
