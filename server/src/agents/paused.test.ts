/** A paused agent may call only some operations, and no other command commits after the pause. */
import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { SAMPLES } from "../../test/harness/samples.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { aTeam } from "../../test/harness/team.ts";
import { PERMISSION_TABLE } from "../auth/permissions.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Command, HotCommand } from "../kernel/operation.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { OPERATIONS } from "../operations.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { createTask } from "../tasks/operations/create-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import { releaseTask } from "../tasks/operations/release-task.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { pauseAgent } from "./operations/pause-agent.ts";
import { resumeAgent } from "./operations/resume-agent.ts";

const app = useApp();
const ofAgents = new Set(PERMISSION_TABLE.filter(({ agents }) => agents).map(({ permission }) => permission));
/** The routes of files dispatch internal operations with values of their own; the tests of attachments pause an agent. */
const OF_AGENTS = OPERATIONS.flatMap((operation) =>
  operation.kind !== "public" && !operation.internal && ofAgents.has(operation.permission) ? [operation] : [],
);
const COMMANDS = OF_AGENTS.flatMap((operation): (Command | HotCommand)[] =>
  operation.kind === "command" || operation.kind === "hot" ? [operation] : [],
);
/** Each hot command runs in both ways: together with other waiting calls, and alone. */
const WAYS = COMMANDS.flatMap((operation) =>
  operation.kind === "hot" ? [operation, { ...operation, kind: "command" } as unknown as Command] : [operation],
).map((operation) => ({ operation, name: operation.name, kind: operation.kind }));

const pause = (by: Actor, { id }: Actor) => app().call(pauseAgent, by, { id, reason: "Too eager." });
const inputOf = async (name: string, scene: Scene) => (await SAMPLES[name]?.input(scene)) ?? {};

describe.each(WAYS.filter(({ operation }) => !operation.whilePaused))("$name ($kind)", ({ operation, name }) => {
  it("is refused to a paused agent and stores nothing, and works after the resume", async () => {
    const scene = await aScene(app());
    const input = await inputOf(name, scene);
    await pause(scene.owner, scene.agent);
    const before = await factsOf(app(), scene.workspace.id);
    expect(await problemOf(app().call(operation, scene.agent, input))).toMatchObject({
      code: "agent_paused",
      status: 409,
      details: { next_step: expect.stringContaining("resumes you") },
    });
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
    await app().call(resumeAgent, scene.owner, { id: scene.agent.id });
    await app().call(operation, scene.agent, input);
  });
});

describe("a paused agent", () => {
  const FINISHING = ["tasks.heartbeat", "tasks.block", "tasks.complete", "tasks.fail", "tasks.release"];

  it.each([...FINISHING, "messages.mark_read"])("may %s", async (name) => {
    const scene = await aScene(app());
    const input = await inputOf(name, scene);
    await pause(scene.owner, scene.agent);
    const operation = COMMANDS.find((one) => one.name === name);
    if (!operation) throw new Error(`There is no ${name}.`);
    await app().call(operation, scene.agent, input);
  });

  it("may read everything it could before", async () => {
    const scene = await aScene(app());
    const reads = OF_AGENTS.filter(({ kind }) => kind === "query");
    const inputs = [];
    for (const { name } of reads) inputs.push(await inputOf(name, scene));
    await pause(scene.owner, scene.agent);
    for (const [index, operation] of reads.entries()) await app().call(operation, scene.agent, inputs[index] ?? {});
  });

  it("claims nothing and starts nothing, and gets the reason", async () => {
    const { owner, worker } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker);
    await pause(owner, worker);
    expect(await app().call(claimTasks, worker, {})).toMatchObject({ items: [], skipped: [{ code: "agent_paused" }] });
    expect(await problemOf(app().call(startTask, worker, { id }))).toMatchObject({ code: "blocked", status: 409 });
  });

  it("sees the remaining steps in its task", async () => {
    const { owner, worker } = await aTeam(app());
    const { id } = await aRunningTask(app(), owner, worker);
    await pause(owner, worker);
    const allowed = async (reader: Actor) =>
      (await app().call(getTask, reader, { id })).allowed_steps.filter((step) => step.allowed).map(({ step }) => step);
    expect(await allowed(worker)).toEqual(["heartbeat", "block", "complete", "fail", "release"]);
    expect(await allowed(owner)).toEqual(expect.arrayContaining(["cancel", "assign", "escalate"]));
  });

  it("gets the stored response for a repeated idempotency key", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const input = { title: "A task", assigned_to_agent_id: worker.id };
    const options = { idempotencyKey: "once" };
    const made = await app().call(createTask, worker, input, options);
    await pause(owner, worker);
    expect(await app().call(createTask, worker, input, options)).toEqual(made);
    const facts = await factsOf(app(), workspace.id);
    expect(facts.filter(({ type }) => type === "task.created")).toHaveLength(1);
  });

  it("stops no other agent, neither here nor with the same id in another workspace", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const other = await anAgent(app(), workspace);
    await pause(owner, worker);
    const calls = times(30, (n) => aTask(app(), n % 3 ? other : worker, other));
    expect(await outcomesOf(calls)).toMatchObject({ done: { length: 20 }, refused: { agent_paused: 10 } });
    const foreign = await aTeam(app());
    expect((await problemOf(pause(foreign.owner, other))).code).toBe("not_found");
    await aTask(app(), other, other);
  });
});

describe("a pause", () => {
  async function waiting(count: number): Promise<void> {
    const waiting = "select count(*)::int as n from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'";
    await expect.poll(async () => (await app().admin.query(waiting, [app().database])).rows[0].n).toBe(count);
  }

  it("that is running makes later commands wait, and they are then refused", async () => {
    const { owner, worker } = await aTeam(app());
    const holder = await app().admin.connect();
    await holder.query("begin");
    await holder.query("select from agents where id = $1 for update", [worker.id]);
    const paused = pause(owner, worker);
    await waiting(1);
    const created = problemOf(aTask(app(), worker, worker));
    await waiting(2);
    await holder.query("commit");
    holder.release();
    expect((await paused).status).toBe("paused");
    expect((await created).code).toBe("agent_paused");
  });

  it("waits for running commands and commits after them", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const parent = await aRunningTask(app(), owner, worker);
    const holder = await app().admin.connect();
    await holder.query("begin");
    await holder.query("select from tasks where id = $1 for update", [parent.id]);
    const created = aTask(app(), worker, worker, { parent_task_id: parent.id });
    await waiting(1);
    const paused = pause(owner, worker);
    await waiting(2);
    await holder.query("commit");
    holder.release();
    await Promise.all([created, paused]);
    const types = (await factsOf(app(), workspace.id)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(["task.created", "agent.paused"]);
  });

  it("among many calls from two processes is the last one to commit", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const second = createSecondApp(app());
    const act = (n: number) =>
      n % 2
        ? aTask(n % 3 ? second : app(), worker, worker)
        : (n % 3 ? second : app()).call(sendMessage, worker, { content: "A word", to_user_id: owner.id });
    const early = outcomesOf<unknown>(times(18, act));
    await pause(owner, worker);
    const acted = async () => (await factsOf(app(), workspace.id)).filter(({ actor_kind }) => actor_kind === "agent");
    const before = await acted();
    expect((await outcomesOf<unknown>(times(18, act))).refused).toEqual({ agent_paused: 18 });
    await early;
    await second.close();
    expect(await acted()).toEqual(before);
  });
});

describe("a task that is released", () => {
  it("is queued at once, uses no attempt, and refuses later calls of its holder", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker, { max_attempts: 1 });
    await pause(owner, worker);
    const released = await app().call(releaseTask, worker, { id, fence, reason: "A restart." });
    expect(released).toMatchObject({ status: "queued", lease_expires_at: null, assigned_to_agent_id: worker.id });
    expect((await problemOf(app().call(completeTask, worker, { id, fence }))).code).toBe("illegal_step");
    expect((await problemOf(app().call(releaseTask, worker, { id, fence }))).code).toBe("illegal_step");
    const [fact] = (await factsOf(app(), workspace.id, id)).slice(-1);
    expect(fact).toMatchObject({ type: "task.released", data: { reason: "A restart.", attempt: 1 } });
    await app().call(resumeAgent, owner, { id: worker.id });
    const { items } = await app().call(claimTasks, worker, {});
    expect(items).toMatchObject([{ id, attempt: 2, fence: fence + 1 }]);
    expect((await problemOf(app().call(heartbeatTask, worker, { id, fence }))).code).toBe("lease_lost");
    expect((await problemOf(app().call(releaseTask, worker, { id, fence }))).code).toBe("lease_lost");
  });

  it("can be released only by its holder with the fence; another workspace's task is not found", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const other = await anAgent(app(), workspace);
    const { id, fence } = await aRunningTask(app(), owner, worker);
    const code = async (by: Actor, input: { fence?: number }) =>
      (await problemOf(app().call(releaseTask, by, { id, ...input }))).code;
    expect(await code(worker, {})).toBe("invalid_input");
    expect(await code(other, { fence })).toBe("not_assignee");
    expect(await code((await aTeam(app())).owner, {})).toBe("not_found");
    const { done, refused } = await outcomesOf(times(5, () => app().call(releaseTask, worker, { id, fence })));
    expect([done.length, refused]).toEqual([1, { illegal_step: 4 }]);
  });
});
