import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import { listEvents } from "../observability/operations/list-events.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { listTaskEvents } from "./operations/list-task-events.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();

describe("the life of a task", () => {
  it("is created, claimed, extended and completed, each with its fact and event", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const made = await aTask(app(), owner, worker, { title: "  Count licences ", input: { path: "." }, priority: 3 });
    expect(made).toMatchObject({
      title: "Count licences",
      status: "queued",
      attempt: 1,
      depth: 0,
      root_task_id: made.id,
    });
    expect(made.fence).toBeUndefined();
    expect(made.created_by_user_id).toBe(owner.id);
    const task = await aClaim(app(), worker);
    expect(task).toMatchObject({ id: made.id, status: "running", attempt: 1, fence: 1, input: { path: "." } });
    const beat = await app().call(heartbeatTask, worker, { id: task.id, fence: task.fence, progress: { done: 1 } });
    expect(beat).toMatchObject({ cancel_requested: false, task: { status: "running" } });
    await app().call(heartbeatTask, worker, { id: task.id, fence: task.fence });
    const done = await app().call(completeTask, worker, { id: task.id, fence: task.fence, output: { licences: 4 } });
    expect(done).toMatchObject({
      status: "completed",
      output: { licences: 4 },
      result_of_attempt: 1,
      lease_expires_at: null,
    });
    const facts = await factsOf(app(), workspace.id, task.id);
    expect(facts.map(({ type }) => type)).toEqual(["task.created", "task.started", "task.progress", "task.completed"]);
    const { items } = await app().call(listTaskEvents, owner, { id: task.id });
    expect(items.map(({ event_type }) => event_type)).toEqual(["created", "started", "progress", "completed"]);
    expect(items[0]).toMatchObject({ user_id: owner.id, agent_id: null });
    expect(items[3]).toMatchObject({ agent_id: worker.id, payload: { previous_status: "running" } });
    const obs = await app().call(listEvents, owner, { agent_id: worker.id });
    expect(obs.items.map(({ event_type, status }) => [event_type, status])).toEqual([
      ["action_finished", "success"],
      ["action_started", "info"],
    ]);
  });

  it("a claim takes tasks by priority, then age, and gives each call the wanted number", async () => {
    const { owner, worker } = await aTeam(app());
    const low = await aTask(app(), owner, worker, { title: "low" });
    const high = await aTask(app(), owner, worker, { title: "high", priority: 5 });
    const next = await aTask(app(), owner, worker, { title: "next" });
    const { items } = await app().call(claimTasks, worker, { limit: 2 });
    expect(items.map(({ id }) => id)).toEqual([high.id, low.id]);
    expect((await aClaim(app(), worker)).id).toBe(next.id);
    expect(await app().call(claimTasks, worker, {})).toEqual({ items: [], skipped: [] });
  });

  it("a second complete conflicts and adds no fact", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    await app().call(completeTask, worker, { id: task.id, fence: task.fence });
    const before = await factsOf(app(), workspace.id);
    const problem = await problemOf(app().call(completeTask, worker, { id: task.id, fence: task.fence }));
    expect(problem).toMatchObject({
      code: "illegal_step",
      message: "The state is completed; this is possible only from running.",
    });
    expect(await factsOf(app(), workspace.id)).toEqual(before);
  });

  it("a person starts, completes and cancels without a fence, and the lease never ends", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const made = await aTask(app(), owner, worker);
    const started = await app().call(startTask, owner, { id: made.id });
    expect(started).toMatchObject({ status: "running", lease_expires_at: null, fence: 1 });
    await later(app(), 7_200, () => sweep(app(), workspace.id));
    expect(await app().call(completeTask, owner, { id: made.id, output: 1 })).toMatchObject({ status: "completed" });
  });

  it("an agent needs the fence, and another agent is not the assignee", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const other = await anAgent(app(), workspace);
    const task = await aRunningTask(app(), owner, worker);
    const missing = await problemOf(app().call(completeTask, worker, { id: task.id }));
    expect(missing).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/fence" }] } });
    for (const step of [completeTask, failTask, blockTask]) {
      const input = { id: task.id, fence: task.fence, ...(step === completeTask ? {} : { reason: "no" }) };
      expect((await problemOf(app().call(step, other, input as never))).code).toBe("not_assignee");
    }
    expect((await problemOf(app().call(heartbeatTask, other, { id: task.id, fence: 1 }))).code).toBe("not_assignee");
    expect((await problemOf(app().call(startTask, other, { id: task.id }))).code).toBe("not_assignee");
    expect((await problemOf(app().call(cancelTask, worker, { id: task.id }))).code).toBe("forbidden");
    expect((await problemOf(app().call(cancelTask, other, { id: task.id }))).code).toBe("not_assignee");
  });
});

describe("leases", () => {
  it("a lost lease queues the task again with a wait, and its holder cannot extend it", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker);
    await later(app(), 61, async () => {
      expect(await sweep(app(), workspace.id)).toMatchObject({ leases_ended: 1 });
      expect(await sweep(app(), workspace.id)).toMatchObject({ leases_ended: 0 });
      expect((await problemOf(app().call(heartbeatTask, worker, { id, fence }))).code).toBe("lease_lost");
    });
    const again = await later(app(), 70, () => aClaim(app(), worker));
    expect(again).toMatchObject({ id, attempt: 2, fence: 3 });
    const obs = await app().call(listEvents, owner, { agent_id: worker.id });
    expect(obs.items.map(({ event_type }) => event_type)).toEqual(["action_started", "error", "action_started"]);
  });

  it("a heartbeat extends it", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    await later(app(), 50, () => app().call(heartbeatTask, worker, { id: task.id, fence: task.fence }));
    await later(app(), 100, async () => {
      expect(await sweep(app(), workspace.id)).toMatchObject({ leases_ended: 0 });
      await app().call(completeTask, worker, { id: task.id, fence: task.fence });
    });
  });

  it("is extended at most to the longest time of an attempt, with any due time; the next attempt has the whole time", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const due_at = new Date(Date.now() + 60_000).toISOString();
    await aTask(app(), owner, worker, { due_at });
    const { items } = await app().call(claimTasks, worker, { lease_seconds: 3_600 });
    const [{ id, fence = 0 }] = items as [(typeof items)[0]];
    const begun = Date.parse(items[0]?.started_at ?? "");
    let ends = 0;
    for (let hours = 0.9; hours < 24; hours += 0.9) {
      const beat = await later(app(), hours * 3_600, () => app().call(heartbeatTask, worker, { id, fence }));
      ends = Date.parse(beat.task.lease_expires_at ?? "");
    }
    expect(ends - begun).toBe(24 * 3_600_000);
    await later(app(), 24 * 3_600 + 60, async () => {
      expect((await problemOf(app().call(heartbeatTask, worker, { id, fence }))).code).toBe("lease_lost");
      expect(await sweep(app(), workspace.id)).toMatchObject({ leases_ended: 1 });
    });
    await later(app(), 25 * 3_600, async () => {
      const again = await aClaim(app(), worker);
      const beat = await app().call(heartbeatTask, worker, { id, fence: again.fence });
      expect(Date.parse(beat.task.lease_expires_at ?? "")).toBeGreaterThan(ends + 1_000_000);
    });
  });

  it("after the last attempt, the task fails and the open tasks below it are canceled", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker, { max_attempts: 1 });
    await app().call(heartbeatTask, worker, { id: task.id, fence: task.fence });
    const child = await aTask(app(), worker, worker, { parent_task_id: task.id });
    await later(app(), 61, () => sweep(app(), workspace.id));
    expect(await app().call(getTask, owner, { id: task.id })).toMatchObject({ status: "failed", open_children: 0 });
    expect(await app().call(getTask, owner, { id: child.id })).toMatchObject({ status: "canceled" });
  });

  it("a retryable failure writes only `retried` while attempts are left, and `failed` otherwise", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker, { max_attempts: 2 });
    const failure = { reason: "busy", retryable: true };
    const again = await app().call(failTask, worker, { id: task.id, fence: task.fence, ...failure });
    expect(again.status).toBe("queued");
    expect(Date.parse(again.available_at)).toBeGreaterThan(Date.parse(again.updated_at));
    const skipped = await app().call(claimTasks, worker, {});
    expect(skipped).toMatchObject({ items: [], skipped: [{ task_id: task.id, code: "backoff" }] });
    await later(app(), 3, async () => {
      const { fence } = await aClaim(app(), worker);
      expect(await app().call(failTask, worker, { id: task.id, fence, ...failure })).toMatchObject({
        status: "failed",
      });
    });
    const types = (await factsOf(app(), workspace.id, task.id)).map(({ type }) => type);
    expect(types).toEqual(["task.created", "task.started", "task.retried", "task.started", "task.failed"]);
  });
});
