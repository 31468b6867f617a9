import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { aTeam, sweep } from "../../test/harness/team.ts";
import { listGovernanceAudit } from "../audit/operations.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { createTask } from "./operations/create-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { listTaskEvents } from "./operations/list-task-events.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();

describe("guards", () => {
  it("a refused start blocks the task with the reason; the task is queued again when the cause is gone", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const first = await aTask(app(), owner, worker);
    const second = await aTask(app(), owner, worker, { depends_on: [first.id], priority: 9 });
    const { items, skipped } = await app().call(claimTasks, worker, {});
    expect(items.map(({ id }) => id)).toEqual([first.id]);
    expect(skipped).toMatchObject([{ task_id: second.id, code: "dependencies" }]);
    const problem = await problemOf(app().call(startTask, worker, { id: second.id }));
    expect(problem.code).toBe("blocked");
    expect(problem.details).toMatchObject({ blocked: true, task: { status: "blocked" } });
    expect(problem.details.next_step).toBeTruthy();
    const audit = await app().call(listGovernanceAudit, owner, { event_type: "task_blocked" });
    expect(audit.items).toMatchObject([{ agent_id: worker.id, details: { task_id: second.id } }]);
    await app().call(completeTask, worker, { id: first.id, fence: 1 });
    expect(await sweep(app(), workspace.id)).toMatchObject({ unblocked: 1 });
    expect((await aClaim(app(), worker)).id).toBe(second.id);
  });

  it("a budget is taken from the payer above, reserved at the start and returned at the end", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker, { budget_usd: 1 });
    const first = await aTask(app(), worker, worker, {
      parent_task_id: root.id,
      budget_usd: 0.6,
      estimated_cost_usd: 0.7,
    });
    const tooMuch = aTask(app(), worker, worker, { parent_task_id: root.id, budget_usd: 0.6 });
    expect((await problemOf(tooMuch)).code).toBe("budget_exceeded");
    expect(await app().call(getTask, owner, { id: root.id })).toMatchObject({ budget_left_usd: 0.4 });
    const refused = await app().call(claimTasks, worker, {});
    expect(refused).toMatchObject({ items: [], skipped: [{ task_id: first.id, code: "budget" }] });
    await aTask(app(), worker, worker, { parent_task_id: root.id, estimated_cost_usd: 0.3 });
    const second = await aClaim(app(), worker);
    expect(await app().call(getTask, owner, { id: root.id })).toMatchObject({ budget_left_usd: 0.1 });
    await app().call(completeTask, worker, { id: second.id, fence: second.fence });
    await app().call(cancelTask, owner, { id: first.id });
    expect(await app().call(getTask, owner, { id: root.id })).toMatchObject({ budget_left_usd: 1 });
  });
});

describe("delegation", () => {
  it("a parent waits for its children unless it detaches them", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker);
    const child = await aTask(app(), worker, worker, { parent_task_id: root.id });
    expect(child).toMatchObject({ depth: 1, root_task_id: root.id, created_by_agent_id: worker.id });
    const open = await problemOf(app().call(completeTask, worker, { id: root.id, fence: root.fence }));
    expect(open).toMatchObject({ code: "open_children", details: { open_children: 1 } });
    const done = await app().call(completeTask, worker, { id: root.id, fence: root.fence, detach: true });
    expect(done.status).toBe("completed");
    expect(await app().call(getTask, owner, { id: child.id })).toMatchObject({ status: "queued" });
    const late = aTask(app(), owner, worker, { parent_task_id: root.id });
    expect((await problemOf(late)).code).toBe("parent_finished");
    const chain = (await app().call(getTask, owner, { id: child.id })).chain;
    expect(chain.map(({ task_id }) => task_id)).toEqual([root.id, child.id]);
    expect(chain[0]?.created_by_user_id).toBe(owner.id);
  });

  it("canceling a parent cancels all open tasks below it, and the heartbeat informs the holder", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker);
    const child = await aRunningTask(app(), worker, worker, { parent_task_id: root.id });
    const grandchild = await aTask(app(), worker, worker, { parent_task_id: child.id });
    await app().call(cancelTask, owner, { id: root.id, reason: "changed my mind" });
    for (const { id } of [root, child, grandchild]) {
      expect(await app().call(getTask, owner, { id })).toMatchObject({ status: "canceled", open_children: 0 });
    }
    const beat = await app().call(heartbeatTask, worker, { id: child.id, fence: child.fence });
    expect(beat.cancel_requested).toBe(true);
    const { rows } = await app().admin.query("select running from gates where workspace_id = $1", [workspace.id]);
    expect(rows).toEqual([{ running: 0 }]);
  });

  it("is allowed down to eight levels", async () => {
    const { owner, worker } = await aTeam(app());
    let parent = await aTask(app(), owner, worker);
    for (let depth = 1; depth <= 8; depth++) parent = await aTask(app(), owner, worker, { parent_task_id: parent.id });
    expect(parent.depth).toBe(8);
    expect((await problemOf(aTask(app(), owner, worker, { parent_task_id: parent.id }))).code).toBe("depth_limit");
  });

  it("allows 200 children, also with many calls at once", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aTask(app(), owner, worker);
    const calls = Array.from({ length: 230 }, () => aTask(app(), owner, worker, { parent_task_id: root.id }));
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(200);
    expect(await app().call(getTask, owner, { id: root.id })).toMatchObject({ open_children: 200 });
  });

  it("refuses a dependency that waits for a task above", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aTask(app(), owner, worker);
    const outside = await aTask(app(), owner, worker, { depends_on: [root.id] });
    const input = { parent_task_id: root.id, depends_on: [outside.id] };
    expect((await problemOf(aTask(app(), owner, worker, input))).code).toBe("dependency_cycle");
  });

  it("is allowed to an agent only from its own tasks", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const other = await anAgent(app(), workspace);
    const root = await aTask(app(), owner, worker);
    expect((await problemOf(aTask(app(), other, other, { parent_task_id: root.id }))).code).toBe("not_assignee");
  });
});

describe("assign, block and retry", () => {
  it("assign takes a running task from its holder and writes a governance fact", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const other = await anAgent(app(), workspace);
    const task = await aRunningTask(app(), owner, worker);
    const assigned = await app().call(assignTask, owner, {
      id: task.id,
      assigned_to_agent_id: other.id,
      reason: "busy",
    });
    expect(assigned).toMatchObject({ status: "queued", assigned_to_agent_id: other.id });
    const seen = await app().call(getTask, owner, { id: task.id });
    expect(seen.events.at(-1)?.event_type).toBe("assigned");
    const lost = await problemOf(app().call(completeTask, worker, { id: task.id, fence: task.fence, output: "mine" }));
    expect(lost.code).toBe("lease_lost");
    const audit = await app().call(listGovernanceAudit, owner, { event_type: "task_reassigned" });
    expect(audit.items[0]?.details).toEqual({
      task_id: task.id,
      from_agent_id: worker.id,
      to_agent_id: other.id,
      reason: "busy",
    });
    expect((await aClaim(app(), other)).id).toBe(task.id);
  });

  it("an agent blocks a task and starts it again", async () => {
    const { owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    const blocked = await app().call(blockTask, worker, { id: task.id, fence: task.fence, reason: "need a key" });
    expect(blocked).toMatchObject({
      status: "blocked",
      blocked_reason: { code: "blocked_by_agent", reason: "need a key" },
    });
    const problem = await problemOf(app().call(completeTask, worker, { id: task.id, fence: task.fence }));
    expect(problem.code).toBe("illegal_step");
    expect(await app().call(startTask, worker, { id: task.id })).toMatchObject({
      status: "running",
      fence: 2,
      attempt: 2,
    });
  });

  it("retry creates a linked task, and the dependents of the old task wait for the new one", async () => {
    const { owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    const waiting = await aTask(app(), owner, worker, { depends_on: [task.id] });
    await app().call(failTask, worker, { id: task.id, fence: task.fence, reason: "broken" });
    const again = await app().call(retryTask, owner, { id: task.id });
    expect(again).toMatchObject({ retry_of: task.id, status: "queued", attempt: 1 });
    const run = await aClaim(app(), worker);
    expect(run.id).toBe(again.id);
    await app().call(completeTask, worker, { id: run.id, fence: run.fence });
    expect((await aClaim(app(), worker)).id).toBe(waiting.id);
  });

  it("only the holder adds an event", async () => {
    const { owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    const big = { text: "x".repeat(1_000) };
    const event = await app().call(addTaskEvent, worker, { id: task.id, fence: 1, type: "tool_call", payload: big });
    expect(event).toMatchObject({ event_type: "tool_call", agent_id: worker.id });
    const { items } = await app().call(listTaskEvents, worker, { id: task.id });
    expect(items.at(-1)).toEqual(event);
    const stale = app().call(addTaskEvent, worker, { id: task.id, fence: 7, type: "progress" });
    expect((await problemOf(stale)).code).toBe("lease_lost");
  });
});

describe("reading", () => {
  it("lists by filter, page by page, without gaps or repeats", async () => {
    const { owner, worker } = await aTeam(app());
    const made = await Promise.all(
      Array.from({ length: 25 }, () => aTask(app(), owner, worker, { title: "Page 100%" })),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = { limit: 7, q: "100%", status: "queued" as const, ...(cursor && { cursor }) };
      const page = await app().call(listTasks, owner, input);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(
      made
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    expect(await app().call(listTasks, owner, { q: "100_" })).toEqual({ items: [], next_cursor: null });
  });

  it("lists trees: first tasks with subtasks, and no others", async () => {
    const { owner, worker } = await aTeam(app());
    const first = await aRunningTask(app(), owner, worker, { title: "Release" });
    const child = await aTask(app(), worker, worker, { parent_task_id: first.id });
    await aTask(app(), owner, worker);
    const { owner: stranger } = await aTeam(app());
    const trees = async (input: object, by = owner) =>
      (await app().call(listTasks, by, { trees: true, ...input })).items.map(({ id }) => id);
    expect(await trees({})).toEqual([first.id]);
    expect(await trees({ root_task_id: child.root_task_id, q: "release" })).toEqual([first.id]);
    expect(await trees({ status: "queued" })).toEqual([]);
    expect(await trees({}, stranger)).toEqual([]);
    expect((await app().call(listTasks, owner, { trees: false })).items).toHaveLength(3);
  });

  it("lists the allowed steps, and the reasons against the others", async () => {
    const { owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    const steps = (await app().call(getTask, worker, { id: task.id })).allowed_steps;
    expect(steps.find(({ step }) => step === "complete")).toEqual({ step: "complete", allowed: true });
    expect(steps.find(({ step }) => step === "start")).toMatchObject({ allowed: false });
    expect(steps.find(({ step }) => step === "start")?.reason).toContain("running");
  });
});

describe("the wall", () => {
  it("another workspace's task, agent or parent does not exist", async () => {
    const { owner, worker } = await aTeam(app());
    const stranger = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    const unknown = "0190aaaa-0000-7000-8000-000000000000";
    for (const id of [task.id, unknown]) {
      const calls = [
        () => app().call(getTask, stranger.owner, { id }),
        () => app().call(startTask, stranger.worker, { id }),
        () => app().call(completeTask, stranger.worker, { id, fence: 1 }),
        () => app().call(heartbeatTask, stranger.worker, { id, fence: 1 }),
        () => app().call(cancelTask, stranger.owner, { id }),
        () => app().call(retryTask, stranger.owner, { id }),
        () => aTask(app(), stranger.owner, stranger.worker, { parent_task_id: id }),
        () => aTask(app(), stranger.owner, stranger.worker, { depends_on: [id] }),
        () => app().call(assignTask, stranger.owner, { id, assigned_to_agent_id: stranger.worker.id }),
      ];
      for (const call of calls) {
        const problem = await problemOf(call());
        expect([problem.code, problem.message.replace(id, "ID")]).toEqual(["not_found", "There is no task ID."]);
      }
    }
    const foreign = app().call(createTask, stranger.owner, { title: "x", assigned_to_agent_id: worker.id });
    expect((await problemOf(foreign)).code).toBe("not_found");
  });
});
