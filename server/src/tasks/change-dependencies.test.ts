/** `tasks.change_dependencies`: a waiting task drops, replaces and adds the tasks that it waits for. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam } from "../../test/harness/team.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { changeDependencies } from "./operations/change-dependencies.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { getTask } from "./operations/get-task.ts";
import { DEPENDENCIES_MAX } from "./schema.ts";

const app = useApp();

/** A task that waits for a canceled one. */
async function stuck() {
  const team = await aTeam(app());
  const { owner, worker } = team;
  const ended = await aTask(app(), owner, worker, { title: "Ended" });
  const task = await aTask(app(), owner, worker, { title: "Waits", depends_on: [ended.id] });
  await app().call(cancelTask, owner, { id: ended.id });
  return { ...team, ended, task };
}

const changesOf = async (workspaceId: string, id: string) =>
  (await factsOf(app(), workspaceId, id)).flatMap(({ type, data }) =>
    type === "task.dependencies_changed" ? [data] : [],
  );

describe("a task that waits for a canceled one", () => {
  it("starts after the dependency is dropped", async () => {
    const { owner, worker, workspace, ended, task } = await stuck();
    expect((await app().call(claimTasks, worker, {})).items).toEqual([]);
    const changed = await app().call(changeDependencies, owner, { id: task.id, drop: [ended.id] });
    expect(changed).toMatchObject({ status: "queued", depends_on: [] });
    expect(await changesOf(workspace.id, task.id)).toEqual([{ dropped: [ended.id], added: [] }]);
    await checkTasks(app(), workspace.id);
    expect((await aClaim(app(), worker)).id).toBe(task.id);
  });

  it("wakes a claim that waits", async () => {
    const { owner, worker, ended, task } = await stuck();
    const claim = app().call(claimTasks, worker, { wait_seconds: 30 });
    await app().call(changeDependencies, owner, { id: task.id, drop: [ended.id] });
    expect((await claim).items).toMatchObject([{ id: task.id }]);
  });

  it("waits for another task after the dependency is replaced", async () => {
    const { owner, worker, workspace, ended, task } = await stuck();
    const other = await aTask(app(), owner, worker);
    const change = { id: task.id, drop: [ended.id], add: [other.id] };
    expect(await app().call(changeDependencies, owner, change)).toMatchObject({ depends_on: [other.id] });
    await checkTasks(app(), workspace.id);
    const first = await aClaim(app(), worker);
    expect(first.id).toBe(other.id);
    await app().call(completeTask, worker, { id: first.id, fence: first.fence });
    expect((await aClaim(app(), worker)).id).toBe(task.id);
    await checkTasks(app(), workspace.id);
  });

  it("changes nothing when the change is repeated, also with ids in upper case", async () => {
    const { owner, worker, workspace, ended, task } = await stuck();
    const other = await aTask(app(), owner, worker);
    const change = { id: task.id.toUpperCase(), drop: [ended.id.toUpperCase()], add: [other.id.toUpperCase()] };
    const once = await app().call(changeDependencies, owner, change);
    expect(once).toMatchObject({ depends_on: [other.id] });
    expect(await app().call(changeDependencies, owner, change)).toEqual(once);
    expect((await changesOf(workspace.id, task.id)).length).toBe(1);
  });

  it("takes an id once, also when it is named in upper and in lower case", async () => {
    const { owner, worker, workspace, ended, task } = await stuck();
    const other = await aTask(app(), owner, worker);
    const twice = (id: string) => [id, id.toUpperCase()];
    for (const change of [{ drop: twice(ended.id) }, { add: twice(other.id) }]) {
      const { code } = await problemOf(app().call(changeDependencies, owner, { id: task.id, ...change }));
      expect(code).toBe("invalid_input");
    }
    await checkTasks(app(), workspace.id);
  });

  it("says again that a dependency has ended, when one is added that ended before", async () => {
    const { owner, worker, workspace, ended } = await stuck();
    const other = await aTask(app(), owner, worker);
    await app().call(changeDependencies, owner, { id: other.id, add: [ended.id] });
    const types = (await factsOf(app(), workspace.id, other.id)).map(({ type }) => type);
    expect(types).toContain("task.dependency_failed");
    expect(await app().call(getTask, owner, { id: other.id })).toMatchObject({ gap: { code: "dependency_failed" } });
    await checkTasks(app(), workspace.id);
  });
});

describe("who may change the dependencies", () => {
  it("the creator, the assignee of the parent and people may; the assignee and other agents may not", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const [creator, parentAgent, stranger] = [
      await anAgent(app(), workspace),
      await anAgent(app(), workspace),
      await anAgent(app(), workspace),
    ];
    const parent = await aRunningTask(app(), owner, parentAgent);
    const other = await aTask(app(), owner, worker);
    const below = await aTask(app(), owner, worker, { parent_task_id: parent.id });
    const made = await aTask(app(), creator, worker);
    const add = (by: typeof owner, id: string) => app().call(changeDependencies, by, { id, add: [other.id] });
    expect((await problemOf(add(stranger, made.id))).code).toBe("not_assignee");
    expect((await problemOf(add(worker, made.id))).code).toBe("forbidden");
    await add(creator, made.id);
    await add(parentAgent, below.id);
    await add(owner, (await aTask(app(), owner, worker)).id);
    await checkTasks(app(), workspace.id);
  });

  it("a caller of another workspace finds neither the task nor its dependency", async () => {
    const { owner, ended, task, worker } = await stuck();
    const foreign = await aScene(app());
    const theirs = await aTask(app(), foreign.owner, foreign.agent);
    expect(
      (await problemOf(app().call(changeDependencies, foreign.owner, { id: task.id, drop: [ended.id] }))).code,
    ).toBe("not_found");
    const mine = await aTask(app(), owner, worker);
    const own = await problemOf(app().call(changeDependencies, owner, { id: mine.id, add: [theirs.id] }));
    const none = await problemOf(app().call(changeDependencies, owner, { id: mine.id, add: [randomUUID()] }));
    expect([own.code, none.code]).toEqual(["not_found", "not_found"]);
  });
});

describe("a change is refused", () => {
  it("when it names no task, one task twice, or too many", async () => {
    const { owner, worker, ended, task } = await stuck();
    const change = async (fields: { drop?: string[]; add?: string[] }) => {
      const { code, details } = await problemOf(app().call(changeDependencies, owner, { id: task.id, ...fields }));
      return [code, (details.errors as { path: string }[])[0]?.path];
    };
    expect(await change({})).toEqual(["invalid_input", "/drop"]);
    expect(await change({ drop: [], add: [] })).toEqual(["invalid_input", "/drop"]);
    expect(await change({ drop: [ended.id], add: [ended.id] })).toEqual(["invalid_input", "/add"]);
    const many: string[] = [];
    for (let n = 0; n < DEPENDENCIES_MAX; n++) many.push((await aTask(app(), owner, worker)).id);
    expect(await change({ add: many })).toEqual(["invalid_input", "/add"]);
    await app().call(changeDependencies, owner, { id: task.id, drop: [ended.id], add: many });
  });

  it("when the task runs or has ended", async () => {
    const { owner, worker, ended } = await stuck();
    const running = await aRunningTask(app(), owner, worker);
    for (const id of [running.id, ended.id]) {
      const other = await aTask(app(), owner, worker);
      expect((await problemOf(app().call(changeDependencies, owner, { id, add: [other.id] }))).code).toBe(
        "illegal_step",
      );
    }
  });

  it("when the task would wait for itself", async () => {
    const { owner, worker, workspace } = await aTeam(app());
    const parent = await aTask(app(), owner, worker);
    const child = await aTask(app(), owner, worker, { parent_task_id: parent.id });
    const last = await aTask(app(), owner, worker, { depends_on: [child.id] });
    const circles = [
      [child.id, child.id],
      [child.id, parent.id],
      [child.id, last.id],
    ];
    for (const [id = "", other = ""] of circles) {
      const refused = await problemOf(app().call(changeDependencies, owner, { id, add: [other] }));
      expect(refused).toMatchObject({ code: "dependency_cycle", details: { errors: [{ path: "/add" }] } });
    }
    // A parent may wait for its own child, which does not wait for the parent.
    await app().call(changeDependencies, owner, { id: parent.id, add: [child.id] });
    await checkTasks(app(), workspace.id);
  });
});

describe("at once", () => {
  it("of two changes that make a cycle together, one is refused", async () => {
    const { owner, worker, workspace } = await aTeam(app());
    for (let round = 0; round < 10; round++) {
      const [one, other] = [await aTask(app(), owner, worker), await aTask(app(), owner, worker)];
      const codes = await Promise.all([
        app()
          .call(changeDependencies, owner, { id: one.id, add: [other.id] })
          .then(() => "ok", codeOf),
        app()
          .call(changeDependencies, owner, { id: other.id, add: [one.id] })
          .then(() => "ok", codeOf),
      ]);
      expect(codes.sort()).toEqual(["dependency_cycle", "ok"]);
    }
    await checkTasks(app(), workspace.id);
  });

  it("a dependency that ends while it is dropped or added is counted right", async () => {
    const { owner, worker, workspace } = await aTeam(app());
    for (let round = 0; round < 20; round++) {
      const dependency = await aTask(app(), owner, worker);
      const task = await aTask(app(), owner, worker, round % 2 ? { depends_on: [dependency.id] } : {});
      const change = round % 2 ? { drop: [dependency.id] } : { add: [dependency.id] };
      await Promise.all([
        app().call(changeDependencies, owner, { id: task.id, ...change }),
        app().call(cancelTask, owner, { id: dependency.id }),
      ]);
    }
    await checkTasks(app(), workspace.id);
  });

  it("a claim and an added dependency exclude each other", async () => {
    const { owner, worker, workspace } = await aTeam(app());
    for (let round = 0; round < 10; round++) {
      const other = await aTask(app(), owner, await anAgent(app(), workspace));
      const task = await aTask(app(), owner, worker);
      const [changed, claimed] = await Promise.all([
        app()
          .call(changeDependencies, owner, { id: task.id, add: [other.id] })
          .then(() => "ok", codeOf),
        app().call(claimTasks, worker, {}),
      ]);
      expect(changed).toBe(claimed.items.length === 1 ? "illegal_step" : "ok");
      await app().call(cancelTask, owner, { id: task.id });
    }
    await checkTasks(app(), workspace.id);
  });
});

const codeOf = ({ code }: { code: string }) => code;
