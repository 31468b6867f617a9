/** `held_by`: the person who took a task from its agent, until another step follows. */
import { expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { assignTask } from "./operations/assign-task.ts";
import { completeTask } from "./operations/complete-task.ts";
import { countTasks } from "./operations/count-tasks.ts";
import { getTask } from "./operations/get-task.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { releaseTask } from "./operations/release-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();

it("a task that a person started is held by that person, and filters find it", async () => {
  const { owner, agent } = await aScene(app());
  const { id } = await aTask(app(), owner, agent);
  await aRunningTask(app(), owner, agent);
  const started = await app().call(startTask, owner, { id, lease_seconds: 60 });
  expect(started.held_by).toEqual({ user_id: owner.id, since: started.started_at });
  for (const status of [undefined, "open", "running"] as const) {
    const { items } = await app().call(listTasks, owner, { held_by: "people", ...(status && { status }) });
    expect(items.map((item) => [item.id, item.held_by])).toEqual([[id, started.held_by]]);
  }
  expect((await app().call(getTask, owner, { id })).held_by).toEqual(started.held_by);
  expect(await app().call(countTasks, owner, { held_by: "people" })).toMatchObject({ total: 1 });
  expect((await app().call(listTasks, owner, { held_by: "people", status: "failed" })).items).toEqual([]);
});

it.each(["release", "assign", "complete"] as const)(
  "after %s, nobody holds it, and the next agent does not",
  async (step) => {
    const { owner, agent, workspace } = await aScene(app());
    const other = await anAgent(app(), workspace, { name: "Other" });
    const { id } = await aTask(app(), owner, agent);
    await app().call(startTask, owner, { id });
    if (step === "complete") await app().call(completeTask, owner, { id });
    else if (step === "release") await app().call(releaseTask, owner, { id });
    else await app().call(assignTask, owner, { id, assigned_to_agent_id: other.id });
    if (step !== "complete") await aClaim(app(), step === "assign" ? other : agent);
    expect(await app().call(getTask, owner, { id })).not.toHaveProperty("held_by");
    expect(await app().call(countTasks, owner, { held_by: "people" })).toMatchObject({ total: 0 });
  },
);
