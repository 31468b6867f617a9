/** A late result that a person, the creator or the assignee accepts, and that the next holder gets. */
import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import { acceptLate } from "./operations/accept-late.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();
const AFTER_WAIT = 70;

type Team = Awaited<ReturnType<typeof aTeam>>;
interface Late extends Team {
  id: string;
  event_id: string;
}

/** The first attempt lost its lease, and its result came while the second attempt ran. The second attempt runs. */
async function aLateResult(
  fields: Parameters<typeof aTask>[3] = {},
  result: { output?: unknown; reason?: string } = { output: "late" },
): Promise<Late & { held: { id: string; fence: number } }> {
  const team = await aTeam(app());
  const { workspace, owner, worker } = team;
  const { id, fence } = await aRunningTask(app(), owner, worker, fields);
  return later(app(), AFTER_WAIT, async () => {
    await sweep(app(), workspace.id);
    const held = await later(app(), AFTER_WAIT, () => aClaim(app(), worker, 3_600));
    const { reason } = result;
    const end = reason === undefined ? completeTask : failTask;
    await problemOf(app().call(end, worker, { id, fence, ...result } as never));
    return { ...team, id, held: { id, fence: held.fence }, event_id: await lateEvent(team, id) };
  });
}

async function lateEvent({ owner }: Team, id: string): Promise<string> {
  const { events } = await app().call(getTask, owner, { id });
  const late = events.findLast(({ event_type }) => event_type === "late_result");
  if (!late) throw new Error("There is no late result.");
  return late.id;
}

/** A late result of a task that is queued again. */
async function queuedLate(fields: Parameters<typeof aTask>[3] = {}): Promise<Late> {
  const late = await aLateResult(fields);
  await app().call(releaseTask, late.worker, late.held);
  return late;
}

/** A late result of a task that has failed since. */
async function failedLate(fields: Parameters<typeof aTask>[3] = {}): Promise<Late> {
  const late = await aLateResult(fields);
  await app().call(failTask, late.worker, { ...late.held, reason: "Broken." });
  return late;
}

const eventsOf = async ({ workspace, id }: Late) =>
  (await factsOf(app(), workspace.id, id)).map(({ type }) => type.replace("task.", ""));
const accept = (late: Late, by = late.owner) => app().call(acceptLate, by, { id: late.id, event_id: late.event_id });
const ACCEPTED = { status: "completed", output: "late", result_of_attempt: 1, attempt: 2, has_late_result: true };

describe("accepting a late result", () => {
  it("completes a queued task, with its parent, its dependents and its budget", async () => {
    const late = await queuedLate({ budget_usd: 1, estimated_cost_usd: 0.5 });
    const { workspace, owner, worker } = late;
    const next = await aTask(app(), owner, worker, { depends_on: [late.id] });
    expect(await accept(late)).toMatchObject({ ...ACCEPTED, budget_left_usd: 1 });
    const [last] = (await app().call(getTask, owner, { id: late.id })).events.slice(-1);
    expect(last).toMatchObject({
      event_type: "late_accepted",
      payload: { previous_status: "queued", attempt: 1, event_id: late.event_id, output_summary: "late" },
    });
    expect((await aClaim(app(), worker)).id).toBe(next.id);
    await checkTasks(app(), workspace.id);
  });

  it("completes a failed task for its dependents, and counts neither its parent nor its end twice", async () => {
    const team = await aTeam(app());
    const { workspace, owner, worker } = team;
    const boss = await anAgent(app(), workspace);
    const parent = await aRunningTask(app(), owner, boss, { budget_usd: 4 });
    const sibling = await aTask(app(), boss, boss, { parent_task_id: parent.id });
    const { id, fence } = await aRunningTask(app(), boss, worker, { parent_task_id: parent.id, max_attempts: 1 });
    // A sign of the holder, so that the lost lease ends the only attempt.
    await app().call(heartbeatTask, worker, { id, fence });
    const child = await aTask(app(), worker, worker, { parent_task_id: id });
    const next = await aTask(app(), owner, worker, { depends_on: [id] });
    await later(app(), AFTER_WAIT, () => sweep(app(), workspace.id));
    expect(await app().call(getTask, owner, { id })).toMatchObject({ status: "failed" });
    await problemOf(app().call(completeTask, worker, { id, fence, output: "late" }));
    const event_id = await lateEvent(team, id);
    expect(await app().call(acceptLate, boss, { id, event_id })).toMatchObject({ status: "completed", output: "late" });
    expect(await app().call(getTask, owner, { id: parent.id })).toMatchObject({ open_children: 1 });
    expect(await app().call(getTask, owner, { id: child.id })).toMatchObject({ status: "canceled" });
    expect((await aClaim(app(), worker)).id).toBe(next.id);
    expect((await aClaim(app(), boss)).id).toBe(sibling.id);
    await checkTasks(app(), workspace.id);
  });

  it("is for the assignee, the creator and people, and for a task that does not run", async () => {
    const late = await aLateResult();
    expect((await problemOf(accept(late))).code).toBe("illegal_step");
    await app().call(failTask, late.worker, { ...late.held, reason: "Broken." });
    const stranger = await anAgent(app(), late.workspace);
    expect((await problemOf(accept(late, stranger))).code).toBe("not_assignee");
    expect(await accept(late, late.worker)).toMatchObject(ACCEPTED);
    expect((await problemOf(accept(late))).code).toBe("illegal_step");
    expect((await eventsOf(late)).slice(-2)).toEqual(["failed", "late_accepted"]);
  });

  it("needs a late complete of this task in this workspace", async () => {
    const [late, other] = [await queuedLate(), await queuedLate()];
    const unknown = await problemOf(app().call(acceptLate, late.owner, { id: late.id, event_id: other.event_id }));
    expect([unknown.code, unknown.message]).toEqual(["not_found", `There is no late result ${other.event_id}.`]);
    const { owner: foreigner } = await aWorkspace(app());
    expect((await problemOf(accept(late, foreigner))).code).toBe("not_found");
    const [created] = (await app().call(getTask, late.owner, { id: late.id })).events;
    const wrong = { id: late.id, event_id: created?.id ?? "" };
    expect((await problemOf(app().call(acceptLate, late.owner, wrong))).code).toBe("not_found");
    const failure = await aLateResult({}, { reason: "Broken." });
    await app().call(releaseTask, failure.worker, failure.held);
    const refused = await problemOf(accept(failure));
    expect([refused.code, refused.message]).toEqual([
      "illegal_step",
      "The late result is a fail, and only a late complete can be accepted.",
    ]);
    expect((await eventsOf(failure)).at(-1)).toBe("released");
  });

  it("waits for the children, and is offered only to a task with a late result", async () => {
    const late = await queuedLate();
    await aTask(app(), late.owner, late.worker, { parent_task_id: late.id });
    expect((await problemOf(accept(late))).code).toBe("open_children");
    const offer = async (id: string) =>
      (await app().call(getTask, late.owner, { id })).allowed_steps.find(({ step }) => step === "accept_late");
    expect(await offer(late.id)).toMatchObject({ allowed: false, reason: expect.stringContaining("not finished") });
    const plain = await aTask(app(), late.owner, late.worker);
    expect(await offer(plain.id)).toMatchObject({ allowed: false, reason: expect.stringContaining("no late result") });
  });
});

describe("the next holder", () => {
  const RESULT = { step: "complete", fence: 1, output: "late", reason: null };
  it.each([
    ["a claim", {}],
    ["a claim of a task with a budget", { budget_usd: 1 }],
  ])("gets the newest late result with %s", async (_, fields) => {
    const late = await queuedLate(fields);
    await aTask(app(), late.owner, late.worker);
    const { items } = await app().call(claimTasks, late.worker, { limit: 2 });
    const [with_late, without] = items.sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(with_late?.late_result).toMatchObject({ ...RESULT, event_id: late.event_id });
    expect(without).not.toHaveProperty("late_result");
  });

  it("gets it with a start too, and nobody else does", async () => {
    const late = await queuedLate();
    const started = await app().call(startTask, late.worker, { id: late.id });
    expect(started.late_result).toMatchObject({ ...RESULT, created_at: expect.stringMatching(/Z$/) });
    expect(await app().call(getTask, late.owner, { id: late.id })).not.toHaveProperty("late_result");
  });
});

describe("at once in two processes", () => {
  it("two accepts against a claim, and against a retry: the task completes once or the other call wins", async () => {
    const second = createSecondApp(app());
    try {
      for (let round = 0; round < 12; round++) {
        const retries = round % 2 === 1;
        const late = retries ? await failedLate() : await queuedLate();
        const { workspace, owner, worker, id, event_id } = late;
        const next = await aTask(app(), owner, worker, { depends_on: [id] });
        const outcomes = await Promise.allSettled([
          app().call(acceptLate, worker, { id, event_id }),
          retries ? second.call(retryTask, owner, { id }) : second.call(claimTasks, worker, {}),
          second.call(acceptLate, owner, { id, event_id }),
        ]);
        const accepted = (await eventsOf(late)).filter((event) => event === "late_accepted");
        expect(accepted.length).toBe(outcomes.filter(({ status }, n) => n !== 1 && status === "fulfilled").length);
        expect(accepted.length).toBeLessThanOrEqual(1);
        if (retries) expect(accepted.length).toBe(1);
        const { depends_on } = await app().call(getTask, owner, { id: next.id });
        if (!retries) expect(depends_on).toEqual([id]);
        await checkTasks(app(), workspace.id);
      }
    } finally {
      await second.close();
    }
  });
});
