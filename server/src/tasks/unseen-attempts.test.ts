/** Attempts whose lease ended before their holder gave any sign. They have a limit of their own. */
import { describe, expect, it } from "vitest";
import { aClaim, aRunningTask, aTask, type HeldTask } from "../../test/harness/builders.ts";
import { createSecondApp, useApp } from "../../test/harness/harness.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();
/** After the lease of 60 s and the longest wait. */
const NEXT = 130;
const OWN_BUDGET = { budget_usd: 1, estimated_cost_usd: 0.1 };

type Team = Awaited<ReturnType<typeof aTeam>>;

/** Runs attempts one after another. Each holder does `before` and then dies. Returns the task. */
async function dyingAttempts(team: Team, id: string, count: number, before?: (held: HeldTask) => Promise<unknown>) {
  for (let n = 1; n <= count; n++) {
    await later(app(), n * NEXT, async () => {
      const held = await aClaim(app(), team.worker);
      expect([held.id, held.attempt]).toEqual([id, n]);
      await before?.(held);
    });
    await later(app(), n * NEXT + 61, () => sweep(app(), team.workspace.id));
  }
  return app().call(getTask, team.owner, { id });
}

const SIGNS: Record<string, (worker: Actor) => (held: HeldTask) => Promise<unknown>> = {
  "a heartbeat": (worker) => (held) => app().call(heartbeatTask, worker, { id: held.id, fence: held.fence }),
  "a heartbeat with progress": (worker) => (held) =>
    app().call(heartbeatTask, worker, { id: held.id, fence: held.fence, progress: { at: 1 } }),
  "an event": (worker) => (held) =>
    app().call(addTaskEvent, worker, { id: held.id, fence: held.fence, type: "tool_call" }),
};

// A lease of a task with a reservation ends by itself, the others end together.
describe.each([
  ["alone", {}],
  ["with a budget", OWN_BUDGET],
])("a task %s", (_, fields) => {
  it("outlives three holders that died before any sign, and completes with max_attempts 1", async () => {
    const team = await aTeam(app());
    const { id } = await aTask(app(), team.owner, team.worker, { max_attempts: 1, ...fields });
    const queued = await dyingAttempts(team, id, 3);
    expect(queued).toMatchObject({ status: "queued", unseen_attempts: 3, attempt: 3 });
    await later(app(), 4 * NEXT, async () => {
      const { fence, attempt, unseen_attempts } = await aClaim(app(), team.worker);
      expect([attempt, unseen_attempts]).toEqual([4, 3]);
      const done = await app().call(completeTask, team.worker, { id, fence });
      expect(done).toMatchObject({ status: "completed", unseen_attempts: 3 });
    });
    await checkTasks(app(), team.workspace.id);
  });

  it("fails after ten such attempts, with a reason of its own", async () => {
    const team = await aTeam(app());
    const { id } = await aTask(app(), team.owner, team.worker, fields);
    expect(await dyingAttempts(team, id, 9)).toMatchObject({ status: "queued", unseen_attempts: 9 });
    await later(app(), 10 * NEXT, () => aClaim(app(), team.worker));
    await later(app(), 11 * NEXT, () => sweep(app(), team.workspace.id));
    const failed = await app().call(getTask, team.owner, { id });
    expect(failed).toMatchObject({ status: "failed", unseen_attempts: 10 });
    expect(failed.events.at(-1)).toMatchObject({ event_type: "failed", payload: { reason: "unseen_attempts" } });
    await checkTasks(app(), team.workspace.id);
  });

  it.each(Object.keys(SIGNS))("uses an attempt when its holder died after %s", async (sign) => {
    const team = await aTeam(app());
    const { id } = await aTask(app(), team.owner, team.worker, { max_attempts: 2, ...fields });
    const failed = await dyingAttempts(team, id, 2, SIGNS[sign]?.(team.worker));
    expect(failed).toMatchObject({ status: "failed", unseen_attempts: 0 });
    expect(failed.events.at(-1)).toMatchObject({ payload: { reason: "lease_expired" } });
  });

  it("waits longer after each", async () => {
    const team = await aTeam(app());
    const { id } = await aTask(app(), team.owner, team.worker, fields);
    const { events } = await dyingAttempts(team, id, 4);
    const expired = events.filter(({ event_type }) => event_type === "lease_expired");
    const waits = expired.map(({ payload, created_at }) => {
      return Date.parse(String(payload.available_at)) - Date.parse(created_at);
    });
    // 1, 2, 4 and 8 s, less a jitter of up to a half. Times are rounded to milliseconds.
    const parts = waits.map((wait, n) => wait / (1_000 * 2 ** n));
    expect(parts.filter((part) => part < 0.499 || part > 1.001)).toEqual([]);
    expect(parts).toHaveLength(4);
  });
});

describe("a sign", () => {
  it("counts for its own attempt alone", async () => {
    const team = await aTeam(app());
    const { id } = await aTask(app(), team.owner, team.worker);
    const sign = SIGNS["a heartbeat"]?.(team.worker);
    const queued = await dyingAttempts(team, id, 3, async (held) => held.attempt === 1 && sign?.(held));
    expect(queued).toMatchObject({ status: "queued", unseen_attempts: 2 });
  });

  it("counts for a task that a person started with a lease too", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker, { max_attempts: 1 });
    await app().call(startTask, owner, { id, lease_seconds: 60 });
    await later(app(), 61, () => sweep(app(), workspace.id));
    expect(await app().call(getTask, owner, { id })).toMatchObject({ status: "queued", unseen_attempts: 1 });
  });

  it("of an event that races the end of the lease in another process is counted or refused", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const second = createSecondApp(app());
    second.clock.offsetMs = 61_000;
    try {
      for (let round = 0; round < 10; round++) {
        const { id, fence } = await aRunningTask(app(), owner, worker, { max_attempts: 1 });
        const event = app().call(addTaskEvent, worker, { id, fence, type: "progress" });
        const [reported] = await Promise.allSettled([event, sweep(second, workspace.id)]);
        await sweep(second, workspace.id);
        const { status } = await app().call(getTask, owner, { id });
        expect(status).toBe(reported.status === "fulfilled" ? "failed" : "queued");
      }
    } finally {
      await second.close();
    }
    await checkTasks(app(), workspace.id);
  });
});

describe("the last holder of an unseen attempt, after its lease", () => {
  async function aLostTask() {
    const team = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), team.owner, team.worker, { max_attempts: 1 });
    await later(app(), 61, () => sweep(app(), team.workspace.id));
    expect(await app().call(getTask, team.owner, { id })).toMatchObject({ status: "queued", unseen_attempts: 1 });
    return { ...team, held: { id, fence } };
  }

  it("completes the task, and the attempt is not unseen any more", async () => {
    const { workspace, worker, held } = await aLostTask();
    const done = await app().call(completeTask, worker, { ...held, output: "late" });
    expect(done).toMatchObject({ status: "completed", output: "late", unseen_attempts: 0 });
    await checkTasks(app(), workspace.id);
  });

  it("fails it: the attempt counts against max_attempts, so a retryable failure is the last", async () => {
    const { workspace, worker, held } = await aLostTask();
    const failure = { ...held, reason: "Busy.", retryable: true };
    const failed = await app().call(failTask, worker, failure);
    expect(failed).toMatchObject({ status: "failed", unseen_attempts: 0 });
    await checkTasks(app(), workspace.id);
  });
});
