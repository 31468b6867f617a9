/** Tasks that agents create: roots and priorities by the rules of the team, and a chain that ends at a person. */
import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { aTeam } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { setRules } from "../team/operations/set-rules.ts";
import type { NewTask } from "./new-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { createTask } from "./operations/create-task.ts";
import { getTask } from "./operations/get-task.ts";
import { retryTask } from "./operations/retry-task.ts";

const app = useApp();

/** A call in a group, in one statement, and a call alone. */
const WAYS = [
  ["hot", createTask],
  ["alone", { ...createTask, kind: "command" } as unknown as typeof createTask],
] as const;

describe.each(WAYS)("a task that an agent creates (%s)", (_name, way) => {
  const create = (by: Actor, to: Actor, fields: Partial<NewTask> = {}) =>
    app().call(way, by, { title: "A task", assigned_to_agent_id: to.id, ...fields });

  it("may be a root until the rules forbid it; children stay allowed, and the rules do not apply to people", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const member = await aPerson(app(), workspace.id, "member");
    expect((await create(worker, worker)).created_by_agent_id).toBe(worker.id);
    await app().call(setRules, owner, { agents_create_roots: false });
    const before = await factsOf(app(), workspace.id);
    expect(await problemOf(create(worker, worker))).toMatchObject({
      code: "forbidden",
      status: 403,
      details: { errors: [{ path: "/parent_task_id" }], next_step: expect.stringContaining("parent_task_id") },
    });
    expect(await factsOf(app(), workspace.id)).toEqual(before);
    const root = await aRunningTask(app(), owner, worker);
    expect(await create(worker, worker, { parent_task_id: root.id })).toMatchObject({ depth: 1 });
    await create(member, worker);
    // The rules of one workspace do not apply to another.
    const other = await aTeam(app());
    await create(other.worker, other.worker);
  });

  it("has no budget as a root", async () => {
    const { owner, worker } = await aTeam(app());
    for (const budget_usd of [0, 1_000_000]) {
      expect(await problemOf(create(worker, worker, { budget_usd }))).toMatchObject({
        code: "forbidden",
        details: { errors: [{ path: "/budget_usd" }], next_step: expect.any(String) },
      });
    }
    const root = await aRunningTask(app(), owner, worker, { budget_usd: 1 });
    expect(await create(worker, worker, { parent_task_id: root.id, budget_usd: 0.5 })).toMatchObject({
      budget_usd: 0.5,
    });
  });

  it("has at most the priority of the rules, as a root and as a child; people use any priority", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker);
    const places: Partial<NewTask>[] = [{}, { parent_task_id: root.id }];
    for (const place of places) {
      expect(await create(worker, worker, { ...place, priority: 10 })).toMatchObject({ priority: 10 });
      expect(await problemOf(create(worker, worker, { ...place, priority: 11 }))).toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("10"),
        details: { errors: [{ path: "/priority" }], priority_max: 10 },
      });
      expect(await create(owner, worker, { ...place, priority: 1_000_000 })).toMatchObject({ priority: 1_000_000 });
    }
    await app().call(setRules, owner, { agent_priority_max: 0 });
    expect(await problemOf(create(worker, worker, { priority: 1 }))).toMatchObject({ details: { priority_max: 0 } });
    await create(worker, worker);
    await app().call(setRules, owner, { agent_priority_max: 1_000_000 });
    expect(await create(worker, worker, { priority: 1_000_000 })).toMatchObject({ priority: 1_000_000 });
  });
});

it("many calls at once, from two processes, are all refused after the rule is off", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const second = createSecondApp(app());
  const create = (n: number) => aTask(n % 2 ? second : app(), worker, worker);
  const before = times(20, create);
  const off = app().call(setRules, owner, { agents_create_roots: false });
  const early = outcomesOf([...before, ...times(20, create)]);
  await off;
  const { done, refused } = await outcomesOf(times(20, create));
  expect([done.length, refused]).toEqual([0, { forbidden: 20 }]);
  const made = (await early).done.length;
  await second.close();
  const facts = (await factsOf(app(), workspace.id)).filter(({ type }) => type === "task.created");
  expect(facts).toHaveLength(made);
});

describe("a retry by an agent", () => {
  async function canceled(by: Actor, worker: Actor, fields: Partial<NewTask> = {}) {
    const { id } = await aTask(app(), by, worker, fields);
    await app().call(cancelTask, by, { id });
    return id;
  }

  it("has no higher priority than the agent may give", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker);
    const id = await canceled(owner, worker, { parent_task_id: root.id, priority: 500 });
    expect(await app().call(retryTask, worker, { id })).toMatchObject({ priority: 10, retry_of: id });
    expect(await app().call(retryTask, owner, { id })).toMatchObject({ priority: 500 });
  });

  it("creates no root where agents may not, and no root with a budget", async () => {
    const { owner, worker } = await aTeam(app());
    const id = await canceled(worker, worker);
    await app().call(retryTask, worker, { id });
    // A task of the time when agents could still give a budget.
    await app().admin.query(
      "update tasks set budget_nanos = 1, budget_left_nanos = 1, budget_task_id = id where id = $1",
      [id],
    );
    expect((await problemOf(app().call(retryTask, worker, { id }))).code).toBe("forbidden");
    await app().admin.query("update tasks set budget_nanos = null, budget_left_nanos = null, budget_task_id = null");
    await app().call(setRules, owner, { agents_create_roots: false });
    expect((await problemOf(app().call(retryTask, worker, { id }))).code).toBe("forbidden");
    await app().call(retryTask, owner, { id });
  });
});

describe("the chain of a task", () => {
  const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });
  const chainOf = async (reader: Actor, id: string) => (await app().call(getTask, reader, { id })).chain;

  it("names the person behind the agent or service that created it, through all keys between", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const admin = await aPerson(app(), workspace.id, "admin");
    const script = async (by: Actor) => {
      const scopes = ["keys:write", "tasks:write", "tasks:read"] as const;
      return bearer((await app().call(createKey, by, { kind: "service", name: "Script", scopes: [...scopes] })).key);
    };
    const first = await script(admin);
    const second = await script(first);
    const made = await app().call(createKey, second, { kind: "agent", agent_id: worker.id, name: "Its key" });
    const agent = await bearer(made.key);
    const none = { created_by_user_id: null, let_in_by_user_id: admin.id };
    const byAgent = await aTask(app(), agent, worker);
    expect(await chainOf(owner, byAgent.id)).toMatchObject([{ ...none, created_by_agent_id: worker.id }]);
    const byScript = await aTask(app(), second, worker);
    expect(await chainOf(agent, byScript.id)).toMatchObject([{ ...none, created_by_agent_id: null }]);
    const below = await aTask(app(), agent, worker, { parent_task_id: byAgent.id });
    expect(await chainOf(agent, below.id)).toMatchObject([none, none]);
  });

  it("of a person names only the person; without a known person, it names the owner", async () => {
    const { owner, worker } = await aTeam(app());
    const byOwner = await aTask(app(), owner, worker);
    expect(await chainOf(worker, byOwner.id)).toMatchObject([
      { created_by_user_id: owner.id, let_in_by_user_id: null },
    ]);
    const byWorker = await aTask(app(), worker, worker);
    expect(await chainOf(worker, byWorker.id)).toMatchObject([{ let_in_by_user_id: owner.id }]);
  });

  it("does not exist for another workspace", async () => {
    const { worker } = await aTeam(app());
    const other = await aWorkspace(app());
    const { id } = await aTask(app(), worker, worker);
    for (const reader of [other.owner, await anAgent(app(), other)]) {
      expect((await problemOf(chainOf(reader, id))).code).toBe("not_found");
    }
  });
});
