/** Claimed tasks for a role: when they return to the pool, and when they stay with the agent that had them. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent } from "../../test/harness/builders.ts";
import { aCrewOf, type Crew, createForRole } from "../../test/harness/crew.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { later, sweep } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { setRole } from "../team/operations/set-role.ts";
import { setRules } from "../team/operations/set-rules.ts";
import type { NewTask } from "./new-task.ts";
import { acceptLate } from "./operations/accept-late.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { KEPT_SECONDS } from "./rules.ts";

const app = useApp();
const aCrew = (size?: number) => aCrewOf(app(), size);
const create = (by: Actor, fields?: Partial<NewTask>) => createForRole(app(), by, fields);
const itemsOf = async (agent: Actor, limit = 1) => (await app().call(claimTasks, agent, { limit })).items;
const readAs = (by: Actor, id: string) => app().call(getTask, by, { id });

describe("a claimed task of a pool", () => {
  const BACK: Record<string, (held: { id: string; fence: number }, crew: Crew) => unknown> = {
    "a release": (held, { first }) => app().call(releaseTask, first, held),
    "a retryable failure": (held, { first }) =>
      app().call(failTask, first, { ...held, reason: "No.", retryable: true }),
    "its lease": (_, { workspace }) => later(app(), 61, () => sweep(app(), workspace.id)),
    "the archiving of its agent": (_, { owner, first }) =>
      app().call(archiveAgent, owner, { id: first.id, confirm: true }),
  };

  it.each(Object.keys(BACK))("returns to its pool after %s, and another agent takes it", async (way) => {
    const crew = await aCrew();
    const { workspace, owner, first, second } = crew;
    const { id } = await create(owner);
    const { fence } = await aClaim(app(), first);
    await BACK[way]?.({ id, fence }, crew);
    expect(await readAs(owner, id)).toMatchObject({ status: "queued", assigned_to_agent_id: null });
    await checkTasks(app(), workspace.id);
    const again = await later(app(), 70, () => aClaim(app(), second));
    expect(again).toMatchObject({ id, assigned_to_agent_id: second.id });
    await checkTasks(app(), workspace.id);
  });

  it("tells the agent that had it that the lease is lost, and another agent that the task is not its own", async () => {
    const { workspace, owner, first, second } = await aCrew(3);
    const { id } = await create(owner);
    const held = { id, fence: (await aClaim(app(), first)).fence };
    const calls = (by: Actor) => [
      problemOf(app().call(heartbeatTask, by, held)),
      problemOf(app().call(releaseTask, by, held)),
      problemOf(app().call(addTaskEvent, by, { ...held, type: "progress" })),
    ];
    const codes = async (by: Actor) => (await Promise.all(calls(by))).map(({ code }) => code);
    await later(app(), 61, () => sweep(app(), workspace.id));
    expect(await codes(first)).toEqual(times(3, () => "lease_lost"));
    expect(await codes(second)).toEqual(times(3, () => "not_assignee"));
    await later(app(), 70, () => aClaim(app(), second));
    expect(await codes(first)).toEqual(times(3, () => "lease_lost"));
    const refused = await problemOf(app().call(completeTask, first, { ...held, output: "late" }));
    expect(refused.code).toBe("lease_lost");
    await checkTasks(app(), workspace.id);
  });

  it("is completed with the late result of an agent that had it, and belongs to that agent then", async () => {
    const { workspace, owner, first, second } = await aCrew();
    const { id } = await create(owner);
    const { fence } = await aClaim(app(), first);
    await later(app(), 61, () => sweep(app(), workspace.id));
    const again = await later(app(), 70, () => aClaim(app(), second));
    await problemOf(app().call(completeTask, first, { id, fence, output: "late" }));
    await app().call(releaseTask, second, { id, fence: again.fence });
    const { has_late_result, events } = await readAs(owner, id);
    expect(has_late_result).toBe(true);
    const late = events.find(({ event_type }) => event_type === "late_result");
    const done = await app().call(acceptLate, owner, { id, event_id: late?.id ?? "" });
    expect(done).toMatchObject({ status: "completed", output: "late", assigned_to_agent_id: first.id });
    await checkTasks(app(), workspace.id);
  });

  it("is completed by its last holder after the lease, while nobody has taken it", async () => {
    const { workspace, owner, first, second } = await aCrew();
    const { id } = await create(owner);
    const { fence } = await aClaim(app(), first);
    await later(app(), 61, () => sweep(app(), workspace.id));
    expect((await problemOf(app().call(completeTask, second, { id, fence }))).code).toBe("not_assignee");
    const done = await app().call(completeTask, first, { id, fence, output: "late" });
    expect(done).toMatchObject({ status: "completed", output: "late", assigned_to_agent_id: first.id });
    await checkTasks(app(), workspace.id);
  });

  it("leaves its pool when one agent gets it, and when it is escalated", async () => {
    const { workspace, owner, first, second } = await aCrew();
    const [one, two] = [await create(owner), await create(owner)];
    const assigned = await app().call(assignTask, owner, { id: one.id, assigned_to_agent_id: second.id });
    expect(assigned).toMatchObject({ assigned_to_agent_id: second.id, assigned_role: null });
    const boss = await anAgent(app(), workspace);
    await app().call(setRole, owner, { agent_id: boss.id, role: "supervisor" });
    await app().call(setRules, owner, { default_supervisor_agent_id: boss.id });
    const { fence } = await aClaim(app(), first);
    const escalated = await app().call(escalateTask, first, { id: two.id, fence, reason: "Above me." });
    expect(escalated).toMatchObject({ assigned_to_agent_id: boss.id, assigned_role: null, escalated_from: [first.id] });
    await checkTasks(app(), workspace.id);
  });

  it("is retried in its pool", async () => {
    const { workspace, owner, first, second } = await aCrew();
    const { id } = await create(owner);
    const { fence } = await aClaim(app(), first);
    await app().call(failTask, first, { id, fence, reason: "No." });
    const again = await app().call(retryTask, owner, { id });
    expect(again).toMatchObject({ assigned_to_agent_id: null, assigned_role: "worker", retry_of: id });
    expect(await itemsOf(second)).toMatchObject([{ id: again.id }]);
    await checkTasks(app(), workspace.id);
  });

  it("goes to one caller when a claim, an assignment and a cancel race for it", async () => {
    const { workspace, owner, workers } = await aCrew(4);
    for (let round = 0; round < 5; round++) {
      const { id } = await create(owner);
      const to = workers[round % 4] as Actor;
      const { refused } = await outcomesOf<unknown>([
        ...workers.map((agent) => app().call(claimTasks, agent, {})),
        app().call(assignTask, owner, { id, assigned_to_agent_id: to.id }),
        ...(round % 2 ? [app().call(cancelTask, owner, { id })] : []),
      ]);
      expect(Object.keys(refused).filter((code) => code !== "illegal_step")).toEqual([]);
      await checkTasks(app(), workspace.id);
      const { status } = await readAs(owner, id);
      if (status !== "canceled") await app().call(cancelTask, owner, { id });
    }
  });
});

describe("a task of a pool that waited for its children", () => {
  async function aFamily() {
    const crew = await aCrew();
    const { owner, first } = crew;
    const { id } = await create(owner);
    const { fence } = await aClaim(app(), first);
    const child = await create(owner, { parent_task_id: id, assigned_to_agent_id: first.id });
    return { ...crew, id, fence, child };
  }

  it("is queued again for the agent that waits, and for the pool when that agent does not take it", async () => {
    const { workspace, owner, first, second, id, fence, child } = await aFamily();
    await app().call(blockTask, first, { id, fence, wait: "children" });
    await app().call(cancelTask, owner, { id: child.id });
    expect(await readAs(owner, id)).toMatchObject({ status: "queued", assigned_to_agent_id: first.id });
    expect(await itemsOf(second)).toEqual([]);
    await sweep(app(), workspace.id);
    expect(await readAs(owner, id)).toMatchObject({ assigned_to_agent_id: first.id });
    await later(app(), KEPT_SECONDS, () => sweep(app(), workspace.id));
    const back = await readAs(owner, id);
    expect(back).toMatchObject({ status: "queued", assigned_to_agent_id: null });
    expect(back.events.at(-1)).toMatchObject({ event_type: "released", payload: { previous_status: "queued" } });
    await checkTasks(app(), workspace.id);
    expect(await itemsOf(second)).toMatchObject([{ id, attempt: 2 }]);
    await checkTasks(app(), workspace.id);
  });

  it("is taken by the agent that waits, and leaves the pool when a person assigns it to that agent", async () => {
    const { workspace, owner, first, id, fence, child } = await aFamily();
    await app().call(blockTask, first, { id, fence, wait: "children" });
    await app().call(cancelTask, owner, { id: child.id });
    const own = await app().call(assignTask, owner, { id, assigned_to_agent_id: first.id });
    expect(own).toMatchObject({ assigned_to_agent_id: first.id, assigned_role: null });
    expect(await itemsOf(first)).toMatchObject([{ id, attempt: 2 }]);
    await checkTasks(app(), workspace.id);
  });

  it("gets no message while it waits in its pool", async () => {
    const { workspace, owner, first, id, fence, child } = await aFamily();
    await app().call(releaseTask, first, { id, fence });
    await app().call(cancelTask, owner, { id: child.id });
    const { events } = await readAs(owner, id);
    expect(events.at(-1)).toMatchObject({ event_type: "children_done", agent_id: null });
    await checkTasks(app(), workspace.id);
  });
});
