/** Stops: nothing starts after one, running work ends and is confirmed, and lifting restores all. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import {
  createSecondApp,
  factsOf,
  problemOf,
  type TestApp,
  type TestWorkspace,
  useApp,
} from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import { type Actor, systemActor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { createTask } from "../tasks/operations/create-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import { listGaps } from "../tasks/operations/list-gaps.ts";
import { releaseTask } from "../tasks/operations/release-task.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { confirmStops } from "./operations/confirm-stops.ts";
import { createStop } from "./operations/create-stop.ts";
import { getStop } from "./operations/get-stop.ts";
import { liftStop } from "./operations/lift-stop.ts";
import { listStops } from "./operations/list-stops.ts";
import { IN_FORCE_MAX } from "./rules.ts";
import type { Stop } from "./schema.ts";

const app = useApp();
const REASON = { reason: "Something is wrong." };
const ALL = { scope: "workspace", ...REASON } as const;
const USUAL = ["starts", "running", "actions"];
/** The stop of a workspace while 3 tasks run and 5 wait. */
const WHOLE = {
  scope: "workspace",
  what: USUAL,
  in_force: USUAL,
  running_count: 3,
  confirmed_count: 0,
  waiting_count: 5,
};

const stop = (by: Actor, input: Record<string, unknown> = ALL): Promise<Stop> =>
  app().call(createStop, by, input as never);
const lift = (by: Actor, { id }: { id: string }, what?: Stop["what"]) =>
  app().call(liftStop, by, { id, ...(what && { what }), ...REASON });
const beat = (by: Actor, { id, fence }: { id: string; fence: number }) =>
  app().call(heartbeatTask, by, { id, fence, lease_seconds: 600 });
const claim = (by: Actor, on: TestApp = app()) => on.call(claimTasks, by, { limit: 5 });
const statesOf = ({ running }: Stop) => Object.fromEntries(running.map(({ task_id, state }) => [task_id, state]));
const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;
const typesOf = async ({ id }: TestWorkspace) =>
  (await factsOf(app(), id)).map(({ type }) => type).filter((type) => type.startsWith("stop."));
const confirm = ({ id }: TestWorkspace) => app().call(confirmStops, systemActor("test", id), {});

/** Nobody claims or starts one of the waiting tasks, and each says why. */
async function expectNoStarts(
  owner: Actor,
  worker: Actor,
  { waiting, id, stop }: { waiting: number; id: string; stop: string },
) {
  const refused = await claim(worker);
  expect(refused.items).toEqual([]);
  expect(refused.skipped).toHaveLength(waiting);
  expect(refused.skipped[0]).toMatchObject({ code: "stopped", reason: "A stop forbids starts." });
  const problem = await problemOf(app().call(startTask, owner, { id }));
  expect(problem).toMatchObject({ code: "blocked", details: { reason_code: "stopped" } });
  expect(problem.details.next_step).toContain(stop);
  const gaps = await app().call(listGaps, owner, { waiting_seconds: 0 });
  expect(gaps.items.map(({ gap }) => [gap.code, gap.stop_id])).toEqual(times(waiting - 1, () => ["stopped", stop]));
}

describe("a stop of the workspace while 3 tasks run and 5 wait", () => {
  it("lets nothing start, confirms the running tasks, and lifting restores all", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const [released, completed, silent] = [
      await aRunningTask(app(), owner, worker),
      await aRunningTask(app(), owner, worker),
      await aRunningTask(app(), owner, worker, { max_attempts: 1 }),
    ];
    const waiting = [];
    for (let count = 0; count < 5; count++) waiting.push(await aTask(app(), owner, worker));
    const [first] = waiting;
    const made = await stop(owner);
    expect(made).toMatchObject({ ...WHOLE, state: "stopping", stopped_by: { kind: "user", id: owner.id } });
    expect(Object.values(statesOf(made))).toEqual(["asked", "asked", "asked"]);

    await expectNoStarts(owner, worker, { waiting: waiting.length, id: first?.id ?? "", stop: made.id });

    const heard = await beat(worker, released);
    expect(heard).toMatchObject({ cancel_requested: true, task: { status: "running", fence: released.fence } });
    expect(heard.task.lease_expires_at).toBe(released.lease_expires_at);
    await app().call(releaseTask, worker, { id: released.id, fence: released.fence });
    await app().call(completeTask, worker, { id: completed.id, fence: completed.fence });
    const half = await app().call(getStop, owner, { id: made.id });
    expect(half).toMatchObject({ state: "stopping", confirmed_count: 2 });
    expect(statesOf(half)).toEqual({
      [released.id]: "confirmed",
      [completed.id]: "confirmed",
      [silent.id]: "asked",
    });
    expect(half.running.find(({ task_id }) => task_id === released.id)?.heard_at).not.toBeNull();
    await confirm(workspace);
    expect(await typesOf(workspace)).toEqual(["stop.started"]);

    // The lease of the third task ends. That uses no attempt.
    const over = await later(app(), 61, async () => {
      await sweep(app(), workspace.id);
      return app().call(getStop, owner, { id: made.id });
    });
    expect(over).toMatchObject({ state: "stopped", confirmed_count: 3 });
    expect(await app().call(getTask, owner, { id: silent.id })).toMatchObject({ status: "queued", attempt: 1 });
    const { rows } = await app().admin.query("select failed_attempts from tasks where id = $1", [silent.id]);
    expect(rows).toEqual([{ failed_attempts: 0 }]);
    expect(await confirm(workspace)).toEqual({ confirmed: 1 });
    expect(await confirm(workspace)).toEqual({ confirmed: 0 });

    const lifted = await lift(owner, made);
    expect(lifted).toMatchObject({ in_force: [], lifts: [{ what: made.what, user_id: owner.id, ...REASON }] });
    expect(lifted.ended_at).not.toBeNull();
    await sweep(app(), workspace.id);
    const after = await later(app(), 62, () => app().call(claimTasks, worker, { limit: 50 }));
    expect(after.items).toHaveLength(7);
    expect(await typesOf(workspace)).toEqual(["stop.started", "stop.confirmed", "stop.lifted"]);
    await checkTasks(app(), workspace.id);
  });

  it("is honest about a holder that says nothing, and lets it go on after the lift", async () => {
    const { owner, worker } = await aTeam(app());
    const task = await aTask(app(), owner, worker);
    await app().call(startTask, owner, { id: task.id });
    const { fence } = await aRunningTask(app(), owner, worker);
    expect(fence).toBe(1);
    const made = await stop(owner);
    const { lease_expires_at } = await app().call(getTask, owner, { id: task.id });
    expect(Date.parse(lease_expires_at ?? "")).toBeLessThanOrEqual(Date.parse(made.created_at) + 121_000);
    const after = await later(app(), 121, () => app().call(getStop, owner, { id: made.id }));
    expect(after.state).toBe("stopping");
    expect(Object.values(statesOf(after))).toEqual(["unconfirmed", "unconfirmed"]);
    const lifted = await lift(owner, made, ["running"]);
    expect(lifted).toMatchObject({ in_force: ["starts", "actions"], confirmed_count: 0, state: "stopped" });
    const going = lifted.running.find(({ task_id }) => task_id !== task.id);
    expect(await beat(worker, { id: going?.task_id ?? "", fence })).toMatchObject({ cancel_requested: false });
    expect((await claim(worker)).items).toEqual([]);
  });

  it("covers agents, roles and keys that are made while it lasts", async () => {
    const { workspace, owner } = await aTeam(app());
    const made = await stop(owner, { ...ALL, what: ["starts", "keys"] });
    const fresh = await anAgent(app(), workspace, { tags: ["fresh"] });
    await aTask(app(), owner, fresh);
    await app().call(createTask, owner, { title: "For a tag", assigned_tags: ["fresh"] });
    expect((await claim(fresh)).items).toEqual([]);
    const { key } = await app().call(createKey, owner, { kind: "agent", name: "Fresh", agent_id: fresh.id });
    expect(await codeOf(app().authenticate({ authorization: `Bearer ${key}` }))).toBe("unauthenticated");
    await lift(owner, made);
    expect((await claim(fresh)).items).toHaveLength(2);
    expect(await app().authenticate({ authorization: `Bearer ${key}` })).toMatchObject({ id: fresh.id });
  });
});

describe("a race of claims on two processes with a stop", () => {
  it.each(["agent", "tree", "workspace"] as const)("starts nothing after the stop of scope %s", async (scope) => {
    const { workspace, owner, worker } = await aTeam(app());
    const root = await aTask(app(), owner, worker);
    for (let count = 0; count < 60; count++) await aTask(app(), owner, worker, { parent_task_id: root.id });
    const second = createSecondApp(app());
    const claims = outcomesOf(times(50, (n) => (n % 2 ? second : app()).call(claimTasks, worker, {})));
    const starts = async () => {
      const { rows } = await app().admin.query<{ count: string }>(
        "select count(*) from facts where workspace_id = $1 and type = 'task.started'",
        [workspace.id],
      );
      return Number(rows[0]?.count);
    };
    const ids = { agent: worker.id, tree: root.id, workspace: undefined };
    const made = await stop(owner, { scope, id: ids[scope], ...REASON });
    const before = await starts();
    await claims;
    expect(await starts()).toBe(before);
    expect((await claim(worker, second)).items).toEqual([]);
    await second.close();
    // The stop knows every started task.
    expect(made.running_count).toBe(before);
    await lift(owner, made);
    expect((await claim(worker)).items).toHaveLength(Math.min(5, 61 - before));
  });
});

describe("a stop of a tree", () => {
  it("stops the tasks of the tree alone", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker);
    const child = await aTask(app(), owner, worker, { parent_task_id: root.id, priority: 5 });
    const outside = await aTask(app(), owner, worker);
    const made = await stop(owner, { scope: "tree", id: root.id, ...REASON });
    expect(made).toMatchObject({ root_task_id: root.id, running_count: 1, waiting_count: 1 });
    const { items, skipped } = await claim(worker);
    expect(items.map(({ id }) => id)).toEqual([outside.id]);
    expect(skipped).toMatchObject([{ task_id: child.id, code: "tree_stopped" }]);
    expect(await app().call(getTask, owner, { id: child.id })).toMatchObject({ gap: { stop_id: made.id } });
    const gaps = await app().call(listGaps, owner, { waiting_seconds: 0 });
    expect(gaps.items.map(({ task }) => task.id)).toEqual([child.id]);
    const problem = await problemOf(app().call(startTask, worker, { id: child.id }));
    expect(problem).toMatchObject({ code: "blocked", details: { reason_code: "tree_stopped" } });
    const { blocked_reason } = await app().call(getTask, owner, { id: child.id });
    expect(blocked_reason).toMatchObject({ code: "tree_stopped", stop_id: made.id });
    expect((await beat(worker, root)).cancel_requested).toBe(true);
    expect((await stop(owner, { scope: "agent", id: worker.id, ...REASON, drill: true })).running_count).toBe(2);
    await lift(owner, made);
    await sweep(app(), root.workspace_id);
    expect((await aClaim(app(), worker)).id).toBe(child.id);
  });
});

describe("several stops", () => {
  it("overlap, and lifting one lifts no other", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const task = await aRunningTask(app(), owner, worker);
    await aTask(app(), owner, worker);
    const one = await stop(owner, { scope: "agent", id: worker.id, ...REASON });
    const two = await stop(owner);
    await lift(owner, one);
    expect((await claim(worker)).skipped).toMatchObject([{ code: "stopped" }]);
    expect((await beat(worker, task)).cancel_requested).toBe(true);
    expect(await codeOf(lift(owner, one))).toBe("conflict");
    await lift(owner, two, ["running", "actions"]);
    expect((await beat(worker, task)).cancel_requested).toBe(false);
    expect(await codeOf(lift(owner, two, ["running"]))).toBe("conflict");
    expect(await codeOf(lift(owner, two, ["keys"]))).toBe("conflict");
    const open = await app().call(listStops, owner, { in_force: true });
    expect(open.items.map(({ id, in_force }) => [id, in_force])).toEqual([[two.id, ["starts"]]]);
    const lifts = times(5, () => lift(owner, two, ["starts"]));
    expect(await outcomesOf(lifts)).toMatchObject({ done: { length: 1 }, refused: { conflict: 4 } });
    expect((await claim(worker)).items).toHaveLength(1);
    const [page] = [await app().call(listStops, owner, { limit: 1 })];
    expect(page.items.map(({ id }) => id)).toEqual([two.id]);
    const rest = await app().call(listStops, owner, { cursor: page.next_cursor ?? "" });
    expect(rest.items.map(({ id }) => id)).toEqual([one.id]);
    expect((await typesOf(workspace)).length).toBe(5);
  });

  it("have a limit, which drills do not reach", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const inputs: Record<string, unknown>[] = [];
    for (let count = 0; count < IN_FORCE_MAX; count++) {
      const { id } = await aTask(app(), owner, worker);
      inputs.push({ scope: "tree", id, what: ["actions"], ...REASON });
    }
    const { key } = await app().call(createKey, owner, { kind: "service", name: "Watch", scopes: ["stop"] });
    const script = await app().authenticate({ authorization: `Bearer ${key}` });
    for (const input of inputs.slice(0, 20)) await stop(script, input);
    expect(await codeOf(stop(script, inputs[20]))).toBe("conflict");
    for (const input of inputs.slice(20)) await stop(owner, input);
    const { id } = await aTask(app(), owner, worker);
    const more = { scope: "tree", id, what: ["actions"], ...REASON };
    expect(await codeOf(stop(owner, more))).toBe("conflict");
    await stop(owner, { ...more, drill: true });
    expect((await stop(owner)).scope).toBe("workspace");
    expect((await typesOf(workspace)).length).toBe(IN_FORCE_MAX + 2);
  });

  it("that would do the same are one", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const input = { scope: "agent", id: worker.id, what: ["starts", "running"], ...REASON };
    const made = await Promise.all(times(4, () => stop(owner, input)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await stop(owner, { ...input, what: ["starts"] })).id).toBe(made[0]?.id);
    expect((await stop(owner, { ...input, what: ["keys"] })).id).not.toBe(made[0]?.id);
    expect(await typesOf(workspace)).toHaveLength(2);
  });
});

it("a drill records what a stop would do, and changes nothing", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const task = await aRunningTask(app(), owner, worker);
  await aTask(app(), owner, worker);
  const drill = await stop(owner, { ...ALL, drill: true });
  expect(drill).toMatchObject({
    drill: true,
    in_force: [],
    running_count: 1,
    waiting_count: 1,
    state: "stopping",
    running: [{ task_id: task.id, state: "asked" }],
  });
  expect((await beat(worker, task)).cancel_requested).toBe(false);
  expect((await claim(worker)).items).toHaveLength(1);
  expect(await codeOf(lift(owner, drill))).toBe("conflict");
  expect((await app().call(listStops, owner, { in_force: true })).items).toEqual([]);
  expect(await typesOf(workspace)).toEqual(["stop.drilled"]);
});
