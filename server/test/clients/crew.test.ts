/**
 * A crew of three agents in TypeScript, Python and bash does the tasks of one role. One of them is killed while it holds a
 * task.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningJobs, startJobs } from "../../src/start/jobs.ts";
import { listGaps } from "../../src/tasks/operations/list-gaps.ts";
import { listTasks } from "../../src/tasks/operations/list-tasks.ts";
import { setRole } from "../../src/team/operations/set-role.ts";
import { aTask } from "../harness/builders.ts";
import { createForRole } from "../harness/crew.ts";
import { RUNS, useExamples } from "../harness/example-programs.ts";
import { later } from "../harness/team.ts";

const TASKS = 30;
const LEASE_SECONDS = 5;
const server = useExamples();
let jobs: RunningJobs;
beforeAll(() => {
  jobs = startJobs(server().scene.app, { mayRun: () => true, onError: console.error, onStuck: console.error });
});
afterAll(() => jobs.stop());

/** Never finishes its task, and keeps the lease as long as it lives. */
const HANGS = `from bailiwick import Client, work
work(Client(), lambda task, context: context.wait(600), lease_seconds=${LEASE_SECONDS})
`;

async function aWorker(name: string) {
  const { agent, scene } = server();
  const made = await agent(name);
  await scene.app.call(setRole, scene.owner, { agent_id: made.actor.id, role: "worker" });
  return made;
}

async function listed(filters: { status: "running" | "completed"; assigned_to_agent_id?: string }) {
  const { app, owner } = server().scene;
  return (await app.call(listTasks, owner, { ...filters, limit: 100 })).items;
}

/** A busy machine may delay a claim by the time of this many of the slowest reads. */
const SLOW_READS = 20;

const atMs = (time: string | null | undefined) => Date.parse(time ?? "");

test.runIf(["worker.py", "worker.sh"].every((name) => RUNS[name]?.isPossible))(
  "others do the tasks of a killed agent soon after its lease, each task once, and the gaps name that agent",
  async () => {
    const { scene, folder, start, startExample, task } = server();
    const { app, owner } = scene;
    const [python, script, bash] = [await aWorker("Python"), await aWorker("TypeScript"), await aWorker("Bash")];
    for (let n = 1; n <= TASKS; n++) {
      await createForRole(app, owner, {
        assigned_role: "worker",
        title: `Task ${n}`,
        input: { text: "word ".repeat(n), seconds: 0.1 },
      });
    }
    const own = await aTask(app, owner, python.actor, { priority: -1 });
    writeFileSync(join(folder, "hangs.py"), HANGS);
    const killed = start("python3", ["hangs.py"], python.env);
    const holds = () => listed({ status: "running", assigned_to_agent_id: python.actor.id });
    await expect.poll(async () => (await holds()).length, { timeout: 20_000 }).toBeGreaterThan(0);
    startExample("worker.ts", script.env);
    startExample("worker.sh", bash.env);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    const held = await holds();

    let slowestReadMs = 0;
    const countDone = async () => {
      const startedMs = performance.now();
      const { length } = await listed({ status: "completed" });
      slowestReadMs = Math.max(slowestReadMs, performance.now() - startedMs);
      return length;
    };
    await expect.poll(countDone, { timeout: 40_000 }).toBe(TASKS);
    const done = await Promise.all((await listed({ status: "completed" })).map(({ id }) => task(id)));
    const words = done.map(({ output }) => (output as { words: number }).words);
    expect(words.sort((a, b) => a - b)).toEqual(Array.from({ length: TASKS }, (_, n) => n + 1));
    for (const { events } of done) {
      expect(events.filter(({ event_type }) => event_type === "completed")).toHaveLength(1);
    }
    const workers = new Set(done.map(({ assigned_to_agent_id }) => assigned_to_agent_id));
    expect(workers).toEqual(new Set([script.actor.id, bash.actor.id]));

    expect(held.length).toBeGreaterThan(0);
    for (const { id, lease_expires_at: leaseEnd } of held) {
      const events = (await task(id)).events.filter(({ event_type }) => event_type !== "progress");
      const steps = ["created", "started", "lease_expired", "started", "completed"];
      expect(events.map(({ event_type }) => event_type)).toEqual(steps);
      // The times are those of the server.
      const waitedMs = atMs(events[3]?.created_at) - atMs(leaseEnd);
      expect(waitedMs).toBeGreaterThanOrEqual(0);
      expect(waitedMs).toBeLessThanOrEqual(5_000 + SLOW_READS * slowestReadMs);
    }

    const { away } = await later(app, 121, () => app.call(listGaps, owner, { by_agent: true }));
    const named = away?.find(({ agent_id }) => agent_id === python.actor.id);
    expect(named).toMatchObject({ waiting: 1, gap: { code: "agent_away" } });
    expect((await task(own.id)).status).toBe("queued");
  },
  60_000,
);
