/** A small part of the bench's suite: a tenant within its limits does not make calls of another tenant fail. */
import { afterAll, expect, it } from "vitest";
import { ATTACKS } from "../../bench/hostile/attacks.ts";
import { type Outcome, runHostile } from "../../bench/hostile/suite.ts";
import { startJobs } from "../src/start/jobs.ts";
import { createSecondApp, useApp } from "./harness/harness.ts";
import { createWeb } from "./harness/web.ts";

const app = useApp();
const SCALE = {
  callers: 4,
  numbers: 2,
  facts: 3_000,
  openTasks: 1_000,
  story: 12,
  readers: 4,
  polls: 40,
  tree: 300,
  leases: 100,
};
const LENGTH = { scale: SCALE, aloneMs: 250, attackMs: 1_000, restMs: 50, victims: 3, leaseWaitMs: 30_000 };
/** The default limits. */
const LIMITS = { writesPerMinute: 300, readsPerMinute: 1_200, workPerMinute: 6_000 };

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

async function aServer(): Promise<number> {
  const on = createSecondApp(app(), { requestLimits: LIMITS });
  const served = createWeb(on, { trustedProxies: ["127.0.0.1"] });
  closing.push(() => on.close());
  closing.push(() => served.close());
  const jobs = startJobs(on, { mayRun: () => true, onError: () => undefined, onStuck: () => undefined });
  closing.push(() => jobs.stop());
  const url = await served.app.listen({ port: 0, host: "127.0.0.1" });
  return Number(new URL(url).port);
}

const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

it.each(ATTACKS.map(({ name }) => name))(
  "%s: every call of another tenant is answered",
  async (name) => {
    const outcomes: Outcome[] = [];
    const target = { app: app(), admin: app().admin, port: await port() };
    await runHostile(target, LENGTH, { only: name, onOutcome: (outcome) => void outcomes.push(outcome) });
    const [outcome] = outcomes;
    if (!outcome) throw new Error(`There was no attack ${name}.`);
    const { alone, under, notes, leaseMs } = outcome;
    const ratio = median(under.times) / median(alone.times);
    console.info(`${name}: p50 ${ratio.toFixed(1)} times that of alone. ${notes.join(". ")}`);
    expect(under.times.length).toBeGreaterThan(0);
    expect({ failed: under.failed, refused: under.refused, wrong: under.wrong }).toEqual({
      failed: 0,
      refused: 0,
      wrong: [],
    });
    if (leaseMs !== undefined) expect(leaseMs).toBeLessThan(Number.POSITIVE_INFINITY);
  },
  120_000,
);

let listening: Promise<number> | undefined;
function port(): Promise<number> {
  listening ??= aServer();
  return listening;
}
