/** The result of a holder whose lease has ended. It is applied until another step takes the task. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { assignTask } from "./operations/assign-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { releaseTask } from "./operations/release-task.ts";

const app = useApp();
const AFTER_LEASE = 61;
/** After the wait before the next attempt too. */
const AFTER_WAIT = 70;

/** A task whose lease has ended, and which is queued again. */
async function aLostTask(fields: Parameters<typeof aTask>[3] = {}) {
  const team = await aTeam(app());
  const { id, fence } = await aRunningTask(app(), team.owner, team.worker, fields);
  await later(app(), AFTER_LEASE, () => sweep(app(), team.workspace.id));
  return { ...team, held: { id, fence } };
}

type Lost = Awaited<ReturnType<typeof aLostTask>>;

const eventsOf = async ({ workspace, held }: Pick<Lost, "workspace" | "held">) =>
  (await factsOf(app(), workspace.id, held.id)).map(({ type }) => type.replace("task.", ""));

describe("while nobody has taken the task again", () => {
  it("the last holder completes it, with its dependents and its budget; a repeat is refused as always", async () => {
    const lost = await aLostTask({ budget_usd: 1, estimated_cost_usd: 0.5 });
    const { workspace, owner, worker, held } = lost;
    const next = await aTask(app(), owner, worker, { depends_on: [held.id] });
    const done = await app().call(completeTask, worker, { ...held, output: "late" });
    expect(done).toMatchObject({ status: "completed", output: "late", attempt: 1, result_of_attempt: 1 });
    expect(done).toMatchObject({ has_late_result: false, budget_left_usd: 1 });
    const again = await problemOf(app().call(completeTask, worker, { ...held, output: "again" }));
    expect([again.code, again.message]).toEqual([
      "illegal_step",
      "The state is completed; this is possible only from running.",
    ]);
    expect(await eventsOf(lost)).toEqual(["created", "started", "lease_expired", "completed"]);
    expect((await aClaim(app(), worker)).id).toBe(next.id);
    await checkTasks(app(), workspace.id);
  });

  it("the last holder completes it before the sweep too", async () => {
    const { owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker);
    const done = await later(app(), AFTER_LEASE, () => app().call(completeTask, worker, { id, fence, output: 1 }));
    expect(done).toMatchObject({ status: "completed", output: 1, has_late_result: false });
  });

  it("the last holder fails it for good, and the tasks below are canceled", async () => {
    const team = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), team.owner, team.worker);
    const child = await aTask(app(), team.worker, team.worker, { parent_task_id: id });
    await later(app(), AFTER_LEASE, () => sweep(app(), team.workspace.id));
    const failed = await app().call(failTask, team.worker, { id, fence, reason: "Broken.", output: "why" });
    expect(failed).toMatchObject({ status: "failed", output: "why" });
    expect(await app().call(getTask, team.owner, { id: child.id })).toMatchObject({ status: "canceled" });
    const again = await problemOf(app().call(failTask, team.worker, { id, fence, reason: "Broken." }));
    expect(again.code).toBe("illegal_step");
    await checkTasks(app(), team.workspace.id);
  });

  it("a retryable failure does not count the attempt twice", async () => {
    const lost = await aLostTask({ max_attempts: 3 });
    const { workspace, worker, held } = lost;
    const failure = { ...held, reason: "Busy.", retryable: true };
    expect(await app().call(failTask, worker, failure)).toMatchObject({ status: "queued" });
    expect(await eventsOf(lost)).toEqual(["created", "started", "lease_expired", "retried"]);
    const { rows } = await app().admin.query("select failed_attempts from tasks where id = $1", [held.id]);
    expect(rows).toEqual([{ failed_attempts: 1 }]);
    expect((await problemOf(app().call(failTask, worker, failure))).code).toBe("lease_lost");
    await checkTasks(app(), workspace.id);
  });

  it("a stop that ended the lease changes nothing of this, and used no attempt", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const [done, failed, gone] = [
      await aRunningTask(app(), owner, worker, { max_attempts: 2 }),
      await aRunningTask(app(), owner, worker, { max_attempts: 2 }),
      await aRunningTask(app(), owner, worker),
    ];
    await app().call(createStop, owner, { scope: "workspace", reason: "Wrong branch." });
    await app().call(releaseTask, worker, { id: gone.id, fence: gone.fence });
    await later(app(), AFTER_LEASE, () => sweep(app(), workspace.id));
    const counts = async () =>
      (await app().admin.query("select failed_attempts as n from tasks where workspace_id = $1", [workspace.id])).rows;
    expect(await counts()).toEqual([{ n: 0 }, { n: 0 }, { n: 0 }]);
    const result = { id: done.id, fence: done.fence, output: "late" };
    expect(await app().call(completeTask, worker, result)).toMatchObject({ status: "completed", output: "late" });
    const failure = { id: failed.id, fence: failed.fence, reason: "Busy.", retryable: true };
    expect(await app().call(failTask, worker, failure)).toMatchObject({ status: "queued" });
    expect((await problemOf(app().call(failTask, worker, failure))).code).toBe("lease_lost");
    expect((await counts()).map(({ n }) => n).toSorted()).toEqual([0, 0, 1]);
    // The holder that released the task has nothing left to end.
    const released = await problemOf(app().call(completeTask, worker, { id: gone.id, fence: gone.fence }));
    expect(released.code).toBe("illegal_step");
    await checkTasks(app(), workspace.id);
  });

  it("the children must be finished first", async () => {
    const team = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), team.owner, team.worker);
    await aTask(app(), team.worker, team.worker, { parent_task_id: id });
    await later(app(), AFTER_LEASE, () => sweep(app(), team.workspace.id));
    expect((await problemOf(app().call(completeTask, team.worker, { id, fence }))).code).toBe("open_children");
  });

  it("no other agent completes it", async () => {
    const { workspace, held } = await aLostTask();
    const other = await anAgent(app(), workspace);
    expect((await problemOf(app().call(completeTask, other, held))).code).toBe("not_assignee");
  });
});

const TAKERS: Record<string, (lost: Lost) => Promise<unknown>> = {
  "another attempt": ({ worker }) => later(app(), AFTER_WAIT, () => aClaim(app(), worker)),
  "another attempt that ended": async ({ worker }) => {
    const { id, fence } = await later(app(), AFTER_WAIT, () => aClaim(app(), worker));
    await app().call(releaseTask, worker, { id, fence });
  },
  "a cancel": ({ owner, held }) => app().call(cancelTask, owner, { id: held.id }),
  "an assignment": async ({ workspace, owner, worker, held }) => {
    const other = await anAgent(app(), workspace);
    for (const { id } of [other, worker])
      await app().call(assignTask, owner, { id: held.id, assigned_to_agent_id: id });
  },
};

it.each(Object.keys(TAKERS))("after %s, the late result is stored once, flagged and not applied", async (taker) => {
  const lost = await aLostTask();
  const { workspace, owner, worker, held } = lost;
  await TAKERS[taker]?.(lost);
  const { status } = await app().call(getTask, owner, { id: held.id });
  for (let n = 0; n < 2; n++) {
    expect((await problemOf(app().call(completeTask, worker, { ...held, output: "late" }))).code).toBe("lease_lost");
  }
  const seen = await app().call(getTask, owner, { id: held.id });
  expect(seen).toMatchObject({ status, has_late_result: true, output: null });
  const late = seen.events.filter(({ event_type }) => event_type === "late_result");
  expect(late.map(({ payload }) => payload)).toMatchObject([{ step: "complete", fence: held.fence, output: "late" }]);
  await checkTasks(app(), workspace.id);
});

describe("at once in two processes", () => {
  it("a late complete against a claim, a cancel and a repeat: one of them takes the task", async () => {
    const second = createSecondApp(app());
    try {
      for (let round = 0; round < 10; round++) {
        const lost = await aLostTask();
        const { workspace, owner, worker, held } = lost;
        const steps = () => [
          app().call(completeTask, worker, { ...held, output: round }),
          second.call(claimTasks, worker, {}),
          ...(round % 2 ? [second.call(cancelTask, owner, { id: held.id })] : []),
          second.call(completeTask, worker, { ...held, output: round }),
        ];
        await later(app(), AFTER_WAIT, () => later(second, AFTER_WAIT, () => Promise.allSettled(steps())));
        const events = await eventsOf(lost);
        const ends = events.filter((event) => ["completed", "canceled"].includes(event));
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends[0] === "completed") expect(events.slice(2)).toEqual(["lease_expired", "completed"]);
        await checkTasks(app(), workspace.id);
      }
    } finally {
      await second.close();
    }
  });
});
