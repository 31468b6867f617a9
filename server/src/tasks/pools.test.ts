/** Tasks for a role or for tags: any agent that fits may claim them. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent } from "../../test/harness/builders.ts";
import { aCrewOf, createForRole, ROLE } from "../../test/harness/crew.ts";
import { createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { later, sweep } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { updateAgent } from "../agents/operations/update-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { deleteRole } from "../team/operations/delete-role.ts";
import { setRole } from "../team/operations/set-role.ts";
import { setRules } from "../team/operations/set-rules.ts";
import type { NewTask } from "./new-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { getTask } from "./operations/get-task.ts";
import { listGaps } from "./operations/list-gaps.ts";
import { startTask } from "./operations/start-task.ts";
import { summarizeAttempts } from "./operations/summarize-attempts.ts";
import { claimMarks } from "./store/claim.ts";

const app = useApp();

const aCrew = (size?: number) => aCrewOf(app(), size);
const create = (by: Actor, fields?: Partial<NewTask>) => createForRole(app(), by, fields);
const itemsOf = async (agent: Actor, limit = 1) => (await app().call(claimTasks, agent, { limit })).items;

describe("a new task", () => {
  it("for a role has no assignee until an agent with the role claims it", async () => {
    const { workspace, owner, first } = await aCrew();
    const task = await create(owner);
    expect(task).toMatchObject({ assigned_to_agent_id: null, assigned_role: "worker", assigned_tags: null });
    const outsider = await anAgent(app(), workspace);
    expect(await itemsOf(outsider)).toEqual([]);
    const [claimed] = await itemsOf(first);
    expect(claimed).toMatchObject({ id: task.id, assigned_to_agent_id: first.id, assigned_role: "worker", attempt: 1 });
    const done = await app().call(completeTask, first, { id: task.id, fence: claimed?.fence ?? 0 });
    expect(done).toMatchObject({ status: "completed", assigned_to_agent_id: first.id });
    const [created, started] = await factsOf(app(), workspace.id, task.id);
    expect(created).toMatchObject({ data: { assigned_to_agent_id: null, assigned_role: "worker" } });
    expect(started).toMatchObject({ type: "task.started", actor_id: first.id });
    await checkTasks(app(), workspace.id);
  });

  it("for tags goes to an agent that has all of them", async () => {
    const { workspace, owner, first, second } = await aCrew();
    await app().call(updateAgent, owner, { id: first.id, tags: ["linux"] });
    await app().call(updateAgent, owner, { id: second.id, tags: ["gpu", "linux", "eu"] });
    const task = await create(owner, { assigned_tags: ["linux", "gpu"] });
    expect(task).toMatchObject({ assigned_to_agent_id: null, assigned_tags: ["gpu", "linux"] });
    expect(await itemsOf(first)).toEqual([]);
    expect(await itemsOf(second)).toMatchObject([{ id: task.id }]);
    await checkTasks(app(), workspace.id);
  });

  it.each([
    ["none", {}],
    ["an agent and a role", { assigned_to_agent_id: "x", assigned_role: "worker" as const }],
    ["empty tags", { assigned_tags: [] }],
    ["a role and tags", { assigned_role: "worker" as const, assigned_tags: ["a"] }],
  ])("with %s of the three is refused", async (_, fields) => {
    const { owner, first } = await aCrew();
    const who = "assigned_to_agent_id" in fields ? { ...fields, assigned_to_agent_id: first.id } : fields;
    expect((await problemOf(create(owner, who))).code).toBe("invalid_input");
  });

  it("of an agent for a role follows the rules of assignments", async () => {
    const { owner, first } = await aCrew();
    await app().call(setRules, owner, { require_supervisor_for_tasks: true });
    expect((await problemOf(create(first))).code).toBe("not_assignable");
    expect((await create(first, { assigned_role: "supervisor" })).assigned_role).toBe("supervisor");
  });

  it("for tags may have the longest tags", async () => {
    const { workspace, owner, first } = await aCrew();
    const tags = Array.from({ length: 20 }, (_, n) =>
      `${"😀".repeat(20)}${String.fromCodePoint(0x1f600 + n)}`.slice(0, 48),
    );
    const longest = tags.map((tag, n) => `${tag}${String(n).padStart(2, "0")}`);
    await app().call(updateAgent, owner, { id: first.id, tags: longest });
    const { id } = await create(owner, { assigned_tags: longest });
    expect(await itemsOf(first)).toMatchObject([{ id }]);
    await checkTasks(app(), workspace.id);
  });

  it("is refused when open tasks name too many sets of tags, until one of them ends", async () => {
    const { owner } = await aCrew();
    const forTag = (tag: string) => create(owner, { assigned_tags: [tag] });
    const tasks = await Promise.all(Array.from({ length: 100 }, (_, n) => forTag(`tag ${n}`)));
    const { code, details } = await problemOf(forTag("one more"));
    expect([code, details.next_step]).toEqual(["open_tasks_limit", expect.stringContaining("other open tasks")]);
    expect(await forTag("tag 7")).toMatchObject({ assigned_tags: ["tag 7"] });
    await app().call(cancelTask, owner, { id: tasks[0]?.id ?? "" });
    expect(await forTag("one more")).toMatchObject({ assigned_tags: ["one more"] });
  });

  it("points to an agent or a pool of its own workspace, which the database enforces", async () => {
    const [mine, other] = [await aCrew(), await aCrew()];
    const [task, foreign] = [await create(mine.owner), await create(other.owner)];
    const { rows } = await app().admin.query("select pool_id from tasks where id = $1", [foreign.id]);
    const move = (to: string, columns: string) =>
      app().admin.query(`update tasks set ${columns} where id = $1`, [task.id, to]);
    await expect(move(other.first.id, "assigned_to_agent_id = $2")).rejects.toThrow("tasks_agent");
    await expect(move(rows[0].pool_id, "assigned_to_agent_id = $2, pool_id = $2")).rejects.toThrow("tasks_pool_key");
    const add = app().admin.query("insert into gates (workspace_id, agent_id, status) values ($1, $2, 'active')", [
      mine.workspace.id,
      other.first.id,
    ]);
    await expect(add).rejects.toThrow("gates_agent");
  });

  it("of another workspace is never taken", async () => {
    const [mine, other] = [await aCrew(), await aCrew()];
    await create(mine.owner);
    expect(await itemsOf(other.first)).toEqual([]);
  });
});

it("is not escalated while no agent has it, and allowed_steps says so", async () => {
  const { owner } = await aCrew();
  const { id } = await create(owner);
  expect((await problemOf(app().call(escalateTask, owner, { id, reason: "Nobody takes it." }))).code).toBe(
    "illegal_step",
  );
  const { allowed_steps } = await app().call(getTask, owner, { id });
  expect(allowed_steps).toContainEqual(
    expect.objectContaining({ step: "escalate", allowed: false, reason: expect.stringContaining("No agent has") }),
  );
});

describe("a claim", () => {
  it("takes the task that comes first by priority and age, from the agent and its pools", async () => {
    const { workspace, owner, first } = await aCrew();
    const own = { assigned_to_agent_id: first.id };
    const low = await create(owner, { ...own, priority: 1 });
    const old = await create(owner, { ...ROLE, priority: 2 });
    const young = await create(owner, { ...own, priority: 2 });
    const high = await create(owner, { ...ROLE, priority: 3 });
    expect((await itemsOf(first, 3)).map(({ id }) => id)).toEqual([high.id, old.id, young.id]);
    expect((await itemsOf(first, 3)).map(({ id }) => id)).toEqual([low.id]);
    await checkTasks(app(), workspace.id);
  });

  it("follows the limits of the agent, and a change of its role", async () => {
    const { workspace, owner, first, second } = await aCrew();
    await app().call(updateAgent, owner, { id: first.id, max_running_tasks: 1 });
    for (let n = 0; n < 4; n++) await create(owner);
    expect(await itemsOf(first, 3)).toHaveLength(1);
    expect(await itemsOf(first, 3)).toEqual([]);
    await app().call(deleteRole, owner, { agent_id: second.id });
    expect(await itemsOf(second)).toEqual([]);
    await app().call(setRole, owner, { agent_id: second.id, role: "worker" });
    await app().call(pauseAgent, owner, { id: second.id });
    expect(await itemsOf(second)).toEqual([]);
    await checkTasks(app(), workspace.id);
  });

  it("of many agents at once in two processes takes each task once", async () => {
    const { workspace, owner, workers } = await aCrew(6);
    const budget = await create(owner, { ...ROLE, budget_usd: 1, estimated_cost_usd: 1 });
    for (let n = 0; n < 9; n++) await create(owner);
    const second = createSecondApp(app());
    try {
      const claims = times(12, (n) => {
        const agent = workers[n % workers.length] as Actor;
        return (n % 2 ? app() : second).call(claimTasks, agent, { limit: 2 });
      });
      const { done, refused } = await outcomesOf(claims);
      const ids = done.flatMap(({ items }) => items.map(({ id }) => id));
      expect([refused, new Set(ids).size, ids.length]).toEqual([{}, 10, 10]);
      expect(ids).toContain(budget.id);
    } finally {
      await second.close();
    }
    await checkTasks(app(), workspace.id);
  });

  it("that waits is marked when the agent has a task, and as many of its pool as the pool has tasks", async () => {
    const { workspace, owner, workers, first } = await aCrew(3);
    const ids = workers.map(({ id }) => id);
    const marked = async () => [...(await app().db.read(workspace.id, (tx) => claimMarks(tx, ids))).keys()];
    expect(await marked()).toEqual([]);
    for (const size of [1, 2]) {
      await create(owner);
      expect(await marked()).toHaveLength(size);
    }
    for (const agent of workers.slice(0, 2)) await itemsOf(agent);
    expect(await marked()).toEqual([]);
    await create(owner, { assigned_to_agent_id: first.id });
    expect(await marked()).toEqual([first.id]);
  });

  it("that waits is woken by a new task of the pool, which one agent gets", async () => {
    const { workspace, owner, workers } = await aCrew(3);
    const waits = workers.map((agent) => app().call(claimTasks, agent, { wait_seconds: 30 }));
    const { id } = await create(owner);
    expect((await Promise.race(waits)).items.map((task) => task.id)).toEqual([id]);
    const more = [await create(owner), await create(owner)];
    const items = (await Promise.all(waits)).flatMap((answer) => answer.items);
    expect(items.map((task) => task.id).sort()).toEqual([id, ...more.map((task) => task.id)].sort());
    await checkTasks(app(), workspace.id);
  });
});

it("a person starts, completes and cancels a task that waits in its pool; an agent only claims it", async () => {
  const { workspace, owner, first } = await aCrew();
  const [one, two] = [await create(owner), await create(owner)];
  expect((await problemOf(app().call(startTask, first, { id: one.id }))).code).toBe("not_assignee");
  expect(await app().call(startTask, owner, { id: one.id })).toMatchObject({ assigned_to_agent_id: null });
  const from = new Date(Date.now() - 60_000).toISOString();
  expect((await app().call(summarizeAttempts, owner, { from })).items).toEqual([]);
  await checkTasks(app(), workspace.id);
  expect(await app().call(completeTask, owner, { id: one.id })).toMatchObject({ status: "completed" });
  await app().call(cancelTask, owner, { id: two.id });
  await checkTasks(app(), workspace.id);
});

it("a parent and a budget govern the task as any other", async () => {
  const { workspace, owner, first, second } = await aCrew();
  const root = await create(owner, { assigned_to_agent_id: first.id, budget_usd: 1 });
  await aClaim(app(), first);
  const child = await create(first, { ...ROLE, parent_task_id: root.id, estimated_cost_usd: 0.4 });
  const dear = await create(first, { ...ROLE, parent_task_id: root.id, estimated_cost_usd: 0.9 });
  const { items, skipped } = await app().call(claimTasks, second, { limit: 5 });
  expect(items.map(({ id }) => id)).toEqual([child.id]);
  expect(skipped).toMatchObject([{ task_id: dear.id, code: "budget" }]);
  await checkTasks(app(), workspace.id);
});

describe("a gap", () => {
  const gapsOf = async (owner: Actor) =>
    (await app().call(listGaps, owner, { waiting_seconds: 0 })).items.map(({ gap }) => gap.code);

  it("says that no agent has the role, or that all of them are paused, archived, away or at their limit", async () => {
    const { owner, first, second } = await aCrew();
    await app().call(updateAgent, owner, { id: first.id, tags: ["gpu"] });
    const task = await create(owner, { assigned_role: "specialist" });
    expect(await gapsOf(owner)).toEqual(["pool_empty"]);
    await app().call(cancelTask, owner, { id: task.id });
    await create(owner, { assigned_tags: ["gpu"] });
    expect(await gapsOf(owner)).toEqual([]);
    expect(await later(app(), 121, () => gapsOf(owner))).toEqual(["pool_away"]);
    await app().call(pauseAgent, owner, { id: first.id });
    expect(await gapsOf(owner)).toEqual(["pool_paused"]);
    await app().call(updateAgent, owner, { id: second.id, tags: ["gpu"] });
    expect(await gapsOf(owner)).toEqual([]);
    await app().call(updateAgent, owner, { id: second.id, max_running_tasks: 1 });
    await create(owner, { assigned_to_agent_id: second.id, priority: 1 });
    expect(await itemsOf(second)).toHaveLength(1);
    expect(await gapsOf(owner)).toEqual(["pool_at_limit"]);
    expect((await app().call(listGaps, owner, {})).items).toEqual([]);
    for (const { id } of [first, second]) await app().call(archiveAgent, owner, { id, confirm: true });
    expect(await gapsOf(owner)).toEqual(["pool_archived"]);
  });
});

it("a crew of three does 30 tasks of a role: those of a killed agent go to the others, and the gaps name its own", async () => {
  const { workspace, owner, workers } = await aCrew(3);
  const [killed, ...others] = workers as [Actor, Actor, Actor];
  for (let n = 0; n < 30; n++) await create(owner);
  const own = await create(owner, { assigned_to_agent_id: killed.id, priority: -1 });
  const held = (await itemsOf(killed, 5)).map(({ id }) => id);
  const done: string[] = [];
  const work = async (agent: Actor) => {
    for (const { id, fence = 0 } of await itemsOf(agent, 4)) {
      await app().call(completeTask, agent, { id, fence, output: agent.id });
      done.push(id);
    }
  };
  for (let round = 0; round < 5; round++) await Promise.all(others.map(work));
  expect([held.length, done.length]).toEqual([5, 25]);
  await later(app(), 60, () => sweep(app(), workspace.id));
  await later(app(), 65, async () => {
    await Promise.all(others.map(work));
    expect(done.slice(25).sort()).toEqual(held.sort());
    const { items } = await app().call(listGaps, owner, {});
    expect(items).toMatchObject([{ task: { id: own.id }, gap: { code: "agent_away" } }]);
  });
  await checkTasks(app(), workspace.id);
});
