/** A task that waits for a task that ended without success: event, message, gap and steps, until the cause is gone. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aLargeTree } from "../../test/harness/large-tree.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { readInbox } from "../messages/operations/read-inbox.ts";
import { acceptLate } from "./operations/accept-late.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { listGaps } from "./operations/list-gaps.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();
type Team = Awaited<ReturnType<typeof aTeam>>;

const eventsOf = async ({ workspace }: Team, id: string) =>
  (await factsOf(app(), workspace.id, id)).filter(({ type }) => type === "task.dependency_failed");
const gapOf = async ({ owner }: Team, id: string) => {
  const { items } = await app().call(listGaps, owner, { waiting_seconds: 0 });
  return items.find(({ task }) => task.id === id)?.gap;
};
const startOf = async ({ owner }: Team, id: string) =>
  (await app().call(getTask, owner, { id })).allowed_steps.find(({ step }) => step === "start");
const messagesTo = async (actor: Actor) =>
  (await app().call(readInbox, actor, {})).items.map(({ content, task_id }) => ({ content, task_id }));

interface End {
  /** Makes the dependency. Returns its id and the call that ends it. */
  make: (team: Team) => Promise<[id: string, end: () => Promise<unknown>]>;
}

const ENDS: Record<string, End> = {
  fails: {
    async make({ owner, worker }) {
      const { id, fence } = await aRunningTask(app(), owner, worker);
      return [id, () => app().call(failTask, worker, { id, fence, reason: "Broken." })];
    },
  },
  "is canceled": {
    async make({ owner, worker }) {
      const { id } = await aTask(app(), owner, worker);
      return [id, () => app().call(cancelTask, owner, { id })];
    },
  },
  "is canceled with its parent": {
    async make({ owner, worker }) {
      const parent = await aTask(app(), owner, worker);
      const { id } = await aTask(app(), owner, worker, { parent_task_id: parent.id });
      return [id, () => app().call(cancelTask, owner, { id: parent.id })];
    },
  },
  "is canceled with a large tree": {
    async make({ owner, worker, workspace }) {
      const { head, leafIds } = await aLargeTree(app(), owner, worker, 3);
      const end = async () => {
        await app().call(cancelTask, owner, { id: head.id });
        for (let n = 0; n < 3; n++) await sweep(app(), workspace.id);
      };
      return [leafIds[0] ?? "", end];
    },
  },
  "loses its last lease": {
    async make({ owner, worker, workspace }) {
      const { id, fence } = await aRunningTask(app(), owner, worker, { max_attempts: 1 });
      await app().call(heartbeatTask, worker, { id, fence });
      return [id, () => later(app(), 61, () => sweep(app(), workspace.id))];
    },
  },
};

describe("when a dependency", () => {
  it.each(Object.keys(ENDS))("%s, its dependent says so, and its creator gets one message", async (name) => {
    const team = await aTeam(app());
    const { workspace, worker } = team;
    const [dependency, end] = await (ENDS[name] as End).make(team);
    const creator = await anAgent(app(), workspace);
    const { id } = await aTask(app(), creator, worker, { depends_on: [dependency] });
    await aTask(app(), creator, worker, { depends_on: [dependency], title: "Another" });
    expect([await gapOf(team, id), (await startOf(team, id))?.allowed]).toEqual([undefined, true]);
    await end();
    expect(await eventsOf(team, id)).toMatchObject([{ data: { dependency_ids: [dependency] } }]);
    expect(await messagesTo(creator)).toMatchObject([
      { content: expect.stringMatching(/^2 tasks wait for tasks that ended without success: "A/), task_id: id },
    ]);
    expect(await gapOf(team, id)).toMatchObject({ code: "dependency_failed" });
    expect(await startOf(team, id)).toMatchObject({
      allowed: false,
      reason: "It waits for a task that ended without success.",
    });
    await checkTasks(app(), workspace.id);
  });

  it("has ended before the dependent was made, all of this holds at once", async () => {
    const team = await aTeam(app());
    const { owner, worker } = team;
    const [dependency, end] = await (ENDS["is canceled"] as End).make(team);
    await end();
    const { id } = await aTask(app(), owner, worker, { depends_on: [dependency] });
    expect((await eventsOf(team, id)).length).toBe(1);
    expect(await messagesTo(owner)).toMatchObject([
      { content: expect.stringContaining(`(${dependency})`), task_id: id },
    ]);
    expect(await gapOf(team, id)).toMatchObject({ code: "dependency_failed" });
    await checkTasks(app(), team.workspace.id);
  });

  it("and its dependent end together, there is neither event nor message", async () => {
    const team = await aTeam(app());
    const { owner, worker } = team;
    const parent = await aTask(app(), owner, worker);
    const one = await aTask(app(), owner, worker, { parent_task_id: parent.id });
    const { id } = await aTask(app(), owner, worker, { parent_task_id: parent.id, depends_on: [one.id] });
    await app().call(cancelTask, owner, { id: parent.id });
    expect([await eventsOf(team, id), await messagesTo(owner)]).toEqual([[], []]);
    await checkTasks(app(), team.workspace.id);
  });
});

describe("the dependent", () => {
  it("is not started, changes nothing by the refusal, and is skipped by a claim with the reason", async () => {
    const team = await aTeam(app());
    const { owner, worker } = team;
    const [dependency, end] = await (ENDS["is canceled"] as End).make(team);
    const { id } = await aTask(app(), owner, worker, { depends_on: [dependency] });
    await end();
    const refused = await problemOf(app().call(startTask, worker, { id }));
    expect([refused.code, refused.details.reason_code]).toEqual(["blocked", "dependency_failed"]);
    expect(await app().call(getTask, owner, { id })).toMatchObject({ status: "queued", blocked_reason: null });
    const { items, skipped } = await app().call(claimTasks, worker, {});
    expect([items, skipped]).toMatchObject([[], [{ task_id: id, code: "dependency_failed" }]]);
  });

  it("waits in peace again after a retry, and starts after the retry completes", async () => {
    const team = await aTeam(app());
    const { owner, worker } = team;
    const [dependency, end] = await (ENDS.fails as End).make(team);
    const { id } = await aTask(app(), owner, worker, { depends_on: [dependency] });
    await end();
    await app().call(retryTask, owner, { id: dependency });
    expect([await gapOf(team, id), (await startOf(team, id))?.allowed]).toEqual([undefined, true]);
    const again = await aClaim(app(), worker);
    await app().call(completeTask, worker, { id: again.id, fence: again.fence });
    expect((await aClaim(app(), worker)).id).toBe(id);
    await checkTasks(app(), team.workspace.id);
  });

  it("can start after the late result of the dependency is accepted", async () => {
    const team = await aTeam(app());
    const { owner, worker, workspace } = team;
    const dependency = await aRunningTask(app(), owner, worker, { max_attempts: 1 });
    await app().call(heartbeatTask, worker, { id: dependency.id, fence: dependency.fence });
    const { id } = await aTask(app(), owner, worker, { depends_on: [dependency.id] });
    await later(app(), 61, () => sweep(app(), workspace.id));
    expect(await gapOf(team, id)).toMatchObject({ code: "dependency_failed" });
    await problemOf(app().call(completeTask, worker, { id: dependency.id, fence: dependency.fence, output: 1 }));
    const { events } = await app().call(getTask, owner, { id: dependency.id });
    await app().call(acceptLate, owner, { id: dependency.id, event_id: events.at(-1)?.id ?? "" });
    expect(await gapOf(team, id)).toBe(undefined);
    expect((await aClaim(app(), worker)).id).toBe(id);
    await checkTasks(app(), workspace.id);
  });
});
