/** Two real server processes on one database, working at the same tasks. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, inject, it } from "vitest";
import { createPolicy } from "../src/risk/operations/create-policy.ts";
import { getHeadroom } from "../src/risk/operations/get-headroom.ts";
import { anAgent, aTask } from "./harness/builders.ts";
import type { CapRound } from "./harness/cap-claimer.ts";
import type { ClaimerReport, ClaimerWork } from "./harness/claimer.ts";
import { factsOf, useApp } from "./harness/harness.ts";
import { times } from "./harness/outcomes.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { aTeam, later, sweep } from "./harness/team.ts";

const app = useApp();
const TASKS = 1_000;
const PROCESSES = 2;
/** `CLAIM_ROUNDS=50` for a longer run. */
const ROUNDS = Number(process.env.CLAIM_ROUNDS ?? 2);
const CLAIMERS = 100;

interface Child<Work> {
  /** Resolves when the process has started and waits. */
  ready: Promise<void>;
  /** Writes a line to the process, and returns the line that it answers. */
  send(line: Work): Promise<string>;
  kill(): void;
}

function start<Work>(name: string, given: unknown): Child<Work> {
  const script = join(import.meta.dirname, `harness/${name}.ts`);
  const child = spawn(process.execPath, ["--import", "tsx", script, JSON.stringify(given)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    ready: lines.next().then(({ value }) => expect(value).toBe("ready")),
    async send(line) {
      child.stdin.write(`${JSON.stringify(line)}\n`);
      return (await lines.next()).value ?? "";
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

const socket = () => ({ ...inject("server"), database: app().database });

it("two processes hand out each task once and lose none, and start a contested task once", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const other = await anAgent(app(), workspace);
  const contested = await aTask(app(), owner, worker);
  const made = await Promise.all(times(TASKS, (n) => aTask(app(), owner, n % 2 ? worker : other)));
  const work: ClaimerWork = {
    socket: socket(),
    workspace: workspace.id,
    agentIds: [worker.id, other.id],
    contested: contested.id,
  };
  const claimers = times(PROCESSES, () => start<"go">("claimer", work));
  await Promise.all(claimers.map(({ ready }) => ready));
  const reports = await Promise.all(claimers.map(async (one) => JSON.parse(await one.send("go")) as ClaimerReport));
  const given = reports.flatMap((report) => report.given);
  expect(given).toHaveLength(TASKS);
  expect(new Set(given)).toEqual(new Set(made.map(({ id }) => id)));
  // Both completed some tasks, so they worked at the same time.
  expect(reports.every((report) => report.given.length > 0)).toBe(true);
  expect(reports.reduce((sum, { started }) => sum + started, 0)).toBe(1);
  const facts = await factsOf(app(), workspace.id);
  const count = (type: string) => facts.filter((fact) => fact.type === type).length;
  expect([count("task.started"), count("task.completed")]).toEqual([TASKS + 1, TASKS]);
  await checkTasks(app(), workspace.id);
});

/** Ten agents with ten tasks each, and a cap for ten of all tasks. */
async function aCappedTeam() {
  const { workspace, owner, worker } = await aTeam(app(), "agency");
  const agents = [worker, ...(await Promise.all(times(9, () => anAgent(app(), workspace))))];
  const cap = { policy_type: "daily_spend_cap", threshold_value: 1, action_type: "pause_agent" } as const;
  await app().call(createPolicy, owner, cap);
  await Promise.all(times(CLAIMERS, (n) => aTask(app(), owner, agents[n % 10] ?? worker, { estimated_cost_usd: 0.1 })));
  const room = async () => (await app().call(getHeadroom, owner, {})).items[0];
  const round = { workspace: workspace.id, agentIds: agents.map(({ id }) => id), claims: CLAIMERS / PROCESSES };
  return { workspace, room, round };
}

it("one hundred claimers of two processes get ten leases from a cap for ten; a killed process leaves no reservation", async () => {
  const claimers = times(PROCESSES, () => start<CapRound>("cap-claimer", socket()));
  await Promise.all(claimers.map(({ ready }) => ready));
  for (let n = 0; n < ROUNDS; n++) {
    const { room, round } = await aCappedTeam();
    const leases = await Promise.all(claimers.map(async (one) => Number(await one.send(round))));
    expect(leases.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(await room()).toMatchObject({ used: 0, reserved: 1, left: 0 });
  }
  const { workspace, room, round } = await aCappedTeam();
  const [killed, other] = claimers;
  const answer = other?.send(round);
  void killed?.send(round);
  killed?.kill();
  expect(Number(await answer)).toBeLessThanOrEqual(10);
  expect((await room())?.left).toBeGreaterThanOrEqual(0);
  for (const seconds of [120, 240]) await later(app(), seconds, () => sweep(app(), workspace.id));
  expect(await room()).toMatchObject({ used: 0, reserved: 0, left: 1 });
  other?.kill();
});
