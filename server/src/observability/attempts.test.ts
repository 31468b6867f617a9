/** The costs of tasks and of each attempt at them, as tasks and events show them. */
import { describe, expect, it } from "vitest";
import { aClaim, aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { aTeam, later } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { listTasks } from "../tasks/operations/list-tasks.ts";
import { getEvent } from "./operations/get-event.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listEvents } from "./operations/list-events.ts";
import { taskCosts } from "./task-costs.ts";

const app = useApp();

const spend = (agent: Actor, task_id: string, cost_usd: number, more: Record<string, unknown> = {}) =>
  app().call(ingestEvents, agent, {
    event_type: "llm_call",
    task_id,
    model: "m",
    tokens_in: 10,
    tokens_out: 2,
    cost_usd,
    ...more,
  });

const UNPRICED = { cost_usd: undefined, model: "no-such-model" };

/** The ends of the attempts at a task, oldest first. */
async function endsOf(owner: Actor, task_id: string) {
  const { items } = await app().call(listEvents, owner, { task_id });
  return items.filter(({ source, event_type }) => source === "task" && event_type !== "action_started").reverse();
}

describe("the cost of a task", () => {
  it("is that of its telemetry, own and inclusive, in the task and in lists", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aTask(app(), owner, worker);
    const child = await aTask(app(), owner, worker, { parent_task_id: root.id });
    const silent = await aTask(app(), owner, worker);
    await spend(worker, root.id, 0.5);
    await spend(worker, child.id, 0.25);
    const costs = {
      [root.id]: { cost_usd: 0.5, inclusive_cost_usd: 0.75 },
      [child.id]: { cost_usd: 0.25, inclusive_cost_usd: 0.25 },
      [silent.id]: { cost_usd: null, inclusive_cost_usd: null },
    };
    const { items } = await app().call(listTasks, owner, {});
    for (const [id, cost] of Object.entries(costs)) {
      expect(await app().call(getTask, worker, { id })).toMatchObject(cost);
      expect(items.find((task) => task.id === id)).toMatchObject(cost);
    }
  });

  it("is unknown while all its calls are, and is not that of another workspace", async () => {
    const [{ owner, worker }, other] = [await aTeam(app()), await aTeam(app())];
    const { id } = await aTask(app(), owner, worker);
    await spend(worker, id, 0, UNPRICED);
    expect(await app().call(getTask, owner, { id })).toMatchObject({ cost_usd: null, inclusive_cost_usd: null });
    await spend(worker, id, 2);
    expect(await app().call(getTask, owner, { id })).toMatchObject({ cost_usd: 2 });
    const read = (actor: Actor) => app().db.read(actor.workspace, (tx) => taskCosts(tx, [id]));
    expect([(await read(owner)).size, (await read(other.owner)).size]).toEqual([1, 0]);
  });
});

describe("the end of an attempt", () => {
  it("has its number, its duration, and the tokens and the cost of its telemetry, also of what came later", async () => {
    const { owner, worker } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker);
    const { fence } = await aClaim(app(), worker);
    await spend(worker, id, 0.5);
    await later(app(), 5, () => app().call(completeTask, worker, { id, fence }));
    await spend(worker, id, 0.25);
    const [end, ...more] = await endsOf(owner, id);
    expect(more).toEqual([]);
    expect(end).toMatchObject({
      event_type: "action_finished",
      status: "success",
      agent_id: worker.id,
      tokens_in: 20,
      tokens_out: 4,
      cost_usd: 0.75,
      list_cost_usd: 0.75,
      payload: { attempt: 1, calls: 2, unpriced_calls: 0 },
    });
    expect(end?.latency_ms).toBeGreaterThanOrEqual(5_000);
    expect(await app().call(getEvent, owner, { id: end?.id ?? "", task_id: id })).toEqual(end);
    const foreign = app().call(getEvent, (await aTeam(app())).owner, { id: end?.id ?? "", task_id: id });
    expect(await problemOf(foreign)).toMatchObject({ code: "not_found" });
  });

  it("counts each call for one of several attempts, and an unknown cost as unknown", async () => {
    const { owner, worker } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker, { max_attempts: 3 });
    const attempt = async (end: (fence: number) => Promise<unknown>, ...costs: number[]) => {
      const { fence = 0 } = await aClaim(app(), worker);
      for (const cost of costs) await spend(worker, id, cost);
      await end(fence);
    };
    const fail = (fence: number) => app().call(failTask, worker, { id, fence, reason: "no", retryable: true });
    await attempt(fail, 1, 2);
    await spend(worker, id, 4);
    await later(app(), 70, () => attempt(fail));
    await later(app(), 200, async () => {
      const { fence } = await aClaim(app(), worker);
      await spend(worker, id, 0, UNPRICED);
      await app().call(completeTask, worker, { id, fence });
    });
    const ends = await endsOf(owner, id);
    expect(
      ends.map(({ status, cost_usd, tokens_in, payload: { attempt, calls } }) => ({
        status,
        cost_usd,
        tokens_in,
        attempt,
        calls,
      })),
    ).toEqual([
      { status: "error", cost_usd: 7, tokens_in: 30, attempt: 1, calls: 3 },
      { status: "error", cost_usd: null, tokens_in: null, attempt: 2, calls: undefined },
      { status: "success", cost_usd: null, tokens_in: 10, attempt: 3, calls: 1 },
    ]);
    expect(await app().call(getTask, owner, { id })).toMatchObject({ cost_usd: 7 });
  });
});
