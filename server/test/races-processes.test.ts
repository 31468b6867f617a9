/** Two real server processes on one database, working at the same tasks. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, inject, it } from "vitest";
import { anAgent, aTask } from "./harness/builders.ts";
import type { ClaimerReport, ClaimerWork } from "./harness/claimer.ts";
import { factsOf, useApp } from "./harness/harness.ts";
import { times } from "./harness/outcomes.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { aTeam } from "./harness/team.ts";

const app = useApp();
const TASKS = 1_000;
const PROCESSES = 2;

interface Claimer {
  /** Resolves when the process has started and waits. */
  ready: Promise<void>;
  /** Starts the work. */
  work(): Promise<ClaimerReport>;
}

function claimer(work: ClaimerWork): Claimer {
  const script = join(import.meta.dirname, "harness/claimer.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, JSON.stringify(work)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    ready: lines.next().then(({ value }) => expect(value).toBe("ready")),
    async work() {
      child.stdin.write("go\n");
      return JSON.parse((await lines.next()).value ?? "") as ClaimerReport;
    },
  };
}

it("two processes hand out each task once and lose none, and start a contested task once", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const other = await anAgent(app(), workspace);
  const contested = await aTask(app(), owner, worker);
  const made = await Promise.all(times(TASKS, (n) => aTask(app(), owner, n % 2 ? worker : other)));
  const socket = { ...inject("server"), database: app().database };
  const work = { socket, workspace: workspace.id, agentIds: [worker.id, other.id], contested: contested.id };
  const claimers = times(PROCESSES, () => claimer(work));
  await Promise.all(claimers.map(({ ready }) => ready));
  const reports = await Promise.all(claimers.map((one) => one.work()));
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
