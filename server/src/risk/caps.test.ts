import { expect, test } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, type TestWorkspace, useApp } from "../../test/harness/harness.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { updateAgent } from "../agents/operations/update-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { cancelTask } from "../tasks/operations/cancel-task.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { listGaps } from "../tasks/operations/list-gaps.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { getHeadroom } from "./operations/get-headroom.ts";
import { listRiskAudit } from "./operations/list-risk-audit.ts";
import { topUpPolicy } from "./operations/top-up-policy.ts";
import { undoIntervention } from "./operations/undo-intervention.ts";
import { updatePolicy } from "./operations/update-policy.ts";

const app = useApp();

interface Team {
  workspace: TestWorkspace;
  owner: Actor;
  agent: Actor;
}

async function aTeam(): Promise<Team> {
  const workspace = await aWorkspace(app(), "agency");
  return { workspace, owner: workspace.owner, agent: await anAgent(app(), workspace) };
}

const aCap = ({ owner }: Team, threshold_value: number, fields: Record<string, unknown> = {}) =>
  app().call(createPolicy, owner, {
    policy_type: "daily_spend_cap",
    threshold_value,
    action_type: "pause_agent",
    ...fields,
  });
const spend = (agent: Actor, cost_usd: number, task_id?: string) =>
  app().call(ingestEvents, agent, { event_type: "llm_call", cost_usd, ...(task_id && { task_id }) });
const tasksOf = ({ owner, agent }: Team, count: number, estimated_cost_usd: number) =>
  Promise.all(Array.from({ length: count }, () => aTask(app(), owner, agent, { estimated_cost_usd })));
async function headroom({ owner }: Team) {
  const { items } = await app().call(getHeadroom, owner, {});
  const [first] = items;
  if (!first) throw new Error("There is no headroom.");
  return first;
}
const claim = (agent: Actor, limit = 1) => app().call(claimTasks, agent, { limit });

test("five claims at once under a cap of 0.45 with estimates of 0.15 start exactly three", async () => {
  const team = await aTeam();
  await aCap(team, 0.45);
  await tasksOf(team, 5, 0.15);
  const claims = await Promise.all(Array.from({ length: 5 }, () => claim(team.agent)));
  expect(claims.flatMap(({ items }) => items)).toHaveLength(3);
  const { policy_id, ...room } = await headroom(team);
  expect(room).toMatchObject({ cap: 0.45, used: 0, reserved: 0.45, left: 0, refuses_starts: true });
  const { items, skipped } = await claim(team.agent);
  expect(items).toEqual([]);
  expect(skipped).toEqual([expect.objectContaining({ code: "cap" }), expect.objectContaining({ code: "cap" })]);
  const { items: gaps } = await app().call(listGaps, team.owner, { waiting_seconds: 0 });
  expect(gaps.map(({ gap }) => [gap.code, gap.policy_id])).toEqual([
    ["cap", policy_id],
    ["cap", policy_id],
  ]);
  expect(skipped[0]?.reason).toBe(
    "The daily cap of the workspace is $0.45: $0.00 used and $0.45 reserved. This start needs $0.15.",
  );
});

test("a reservation is settled by real cost, and its rest comes back at the end", async () => {
  const team = await aTeam();
  await aCap(team, 1);
  const task = await aRunningTask(app(), team.owner, team.agent, { estimated_cost_usd: 0.4 });
  expect(await headroom(team)).toMatchObject({ used: 0, reserved: 0.4, left: 0.6 });
  await spend(team.agent, 0.1, task.id);
  expect(await headroom(team)).toMatchObject({ used: 0.1, reserved: 0.3, left: 0.6 });
  await spend(team.agent, 0.5, task.id);
  expect(await headroom(team)).toMatchObject({ used: 0.6, reserved: 0, left: 0.4 });
  await spend(team.agent, 0.1);
  await app().call(completeTask, team.agent, { id: task.id, fence: task.fence });
  expect(await headroom(team)).toMatchObject({ used: 0.7, reserved: 0, left: 0.3 });
  // The late cost of an ended attempt counts, and is named.
  expect(await headroom(team)).toMatchObject({ late: 0 });
  await spend(team.agent, 0.1, task.id);
  expect(await headroom(team)).toMatchObject({ used: 0.8, reserved: 0, late: 0.1 });
  const canceled = await aRunningTask(app(), team.owner, team.agent, { estimated_cost_usd: 0.2 });
  expect(await headroom(team)).toMatchObject({ reserved: 0.2 });
  await app().call(cancelTask, team.owner, { id: canceled.id });
  expect(await headroom(team)).toMatchObject({ reserved: 0, left: 0.2 });
});

test("costs of an attempt that began before the cap are not late, and another measure has no late costs", async () => {
  const team = await aTeam();
  const task = await aRunningTask(app(), team.owner, team.agent);
  const { id } = await aCap(team, 10);
  await spend(team.agent, 3, task.id);
  expect(await headroom(team)).toMatchObject({ used: 3, late: 0 });
  await app().call(completeTask, team.agent, { id: task.id, fence: task.fence });
  await spend(team.agent, 1, task.id);
  expect(await headroom(team)).toMatchObject({ used: 4, late: 1 });
  await app().call(updatePolicy, team.owner, { id, measure: "list" });
  expect(await headroom(team)).toMatchObject({ late: 0 });
});

test("the event that crosses a cap pauses its agent before its answer; the next claim is refused", async () => {
  const team = await aTeam();
  const policy = await aCap(team, 1, { agent_id: team.agent.id });
  await tasksOf(team, 1, 0);
  await spend(team.agent, 1);
  expect(await headroom(team)).toMatchObject({ policy_id: policy.id, used: 1, left: 0, state: "warned" });
  await spend(team.agent, 0.0001);
  expect(await headroom(team)).toMatchObject({ used: 1.0001, state: "exceeded" });
  const { items, skipped } = await claim(team.agent);
  expect(items).toEqual([]);
  expect(skipped[0]?.code).toBe("agent_paused");
});

test("a start that does not fit names the cap, and goes on after a top-up", async () => {
  const team = await aTeam();
  const policy = await aCap(team, 0.5);
  const [task] = await tasksOf(team, 1, 0.75);
  const problem = await problemOf(app().call(startTask, team.agent, { id: task?.id ?? "" }));
  expect(problem).toMatchObject({
    code: "blocked",
    details: { policy_id: policy.id, cap: 0.5, used: 0, reserved: 0, estimate: 0.75, fits_at: null },
  });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await app().call(topUpPolicy, team.owner, { id: policy.id, amount_usd: 0.5, until, reason: "A long day." });
  expect(await headroom(team)).toMatchObject({ cap: 0.5, top_up: 0.5, left: 1 });
  await app().call(startTask, team.agent, { id: task?.id ?? "" });
  expect(await headroom(team)).toMatchObject({ reserved: 0.75, left: 0.25 });
});

test("a cap that begins in the middle of the day counts what was spent and reserved", async () => {
  const team = await aTeam();
  await spend(team.agent, 0.25);
  await aCap(team, 1);
  await aRunningTask(app(), team.owner, team.agent, { estimated_cost_usd: 0.5 });
  await aCap(team, 2, { agent_id: team.agent.id });
  const { items } = await app().call(getHeadroom, team.agent, {});
  expect(items).toEqual([
    expect.objectContaining({ cap: 1, used: 0.25, reserved: 0.5, left: 0.25 }),
    expect.objectContaining({ cap: 2, used: 0.25, reserved: 0.5, left: 1.25 }),
  ]);
});

test("a small task passes a large one that does not fit", async () => {
  const team = await aTeam();
  await aCap(team, 0.5);
  await tasksOf(team, 2, 0.75);
  const [small] = await tasksOf(team, 1, 0.25);
  const { id } = await aClaim(app(), team.agent);
  expect(id).toBe(small?.id);
});

test("costs that come after the end of an attempt count for the estimate of the next one", async () => {
  const team = await aTeam();
  await aCap(team, 1);
  for (let attempt = 0; attempt < 3; attempt++) {
    const task = await aRunningTask(app(), team.owner, team.agent);
    await app().call(completeTask, team.agent, { id: task.id, fence: task.fence });
    await spend(team.agent, 0.1, task.id);
  }
  await Promise.all(Array.from({ length: 10 }, () => aTask(app(), team.owner, team.agent)));
  expect((await claim(team.agent, 10)).items).toHaveLength(7);
  expect(await headroom(team)).toMatchObject({ used: 0.3, reserved: 0.7, left: 0 });
});

test("an agent cannot estimate its own tasks below their usual cost", async () => {
  const team = await aTeam();
  await aCap(team, 1);
  const task = await aRunningTask(app(), team.owner, team.agent);
  await spend(team.agent, 0.4, task.id);
  await app().call(completeTask, team.agent, { id: task.id, fence: task.fence });
  for (let n = 0; n < 3; n++) await aTask(app(), team.agent, team.agent, { estimated_cost_usd: 0 });
  expect((await claim(team.agent, 3)).items).toHaveLength(1);
});

test("a start that a shadow cap would have refused names it, whether claimed or started", async () => {
  const team = await aTeam();
  const shadow = await aCap(team, 0.5, { mode: "shadow" });
  await aCap(team, 9, { agent_id: team.agent.id });
  await tasksOf(team, 3, 0.3);
  const namedBy = async (id = "") =>
    (await factsOf(app(), team.workspace.id, id)).flatMap(({ type, data }) =>
      type === "task.started" ? [data.would_have_blocked] : [],
    );
  const [first, second] = (await claim(team.agent, 2)).items;
  expect(await namedBy(first?.id)).toEqual([undefined]);
  expect(await namedBy(second?.id)).toEqual([[shadow.id]]);
  const third = await aTask(app(), team.owner, team.agent);
  await app().call(startTask, team.agent, { id: third.id });
  expect(await namedBy(third.id)).toEqual([[shadow.id]]);
  const budgeted = await aTask(app(), team.owner, team.agent, {
    estimated_cost_usd: 0.1,
    budget_usd: 1,
    priority: 9,
  });
  expect((await claim(team.agent)).items[0]?.id).toBe(budgeted.id);
  expect(await namedBy(budgeted.id)).toEqual([[shadow.id]]);
});

test("the estimate of a start is that of the task, the agent's default or the last attempts, at most the budget", async () => {
  const team = await aTeam();
  const { owner, agent } = team;
  await aCap(team, 100);
  const estimate = async (fields: Record<string, unknown> = {}) => {
    const task = await aTask(app(), owner, agent, fields);
    const { estimate_usd, estimate_source } = (await claim(agent)).items[0] ?? {};
    await app().call(cancelTask, owner, { id: task.id });
    return [estimate_usd, estimate_source];
  };
  expect(await estimate()).toEqual([0, "none"]);
  await app().call(updateAgent, owner, { id: agent.id, default_estimated_cost_usd: 0.2 });
  expect(await estimate()).toEqual([0.2, "agent"]);
  expect(await estimate({ budget_usd: 0.1 })).toEqual([0.1, "budget"]);
  expect(await estimate({ estimated_cost_usd: 0.05 })).toEqual([0.05, "task"]);
  const task = await aRunningTask(app(), owner, agent);
  await spend(agent, 0.4, task.id);
  await app().call(completeTask, agent, { id: task.id, fence: task.fence });
  expect(await estimate()).toEqual([0.2, "agent"]);
  await app().call(updateAgent, owner, { id: agent.id, default_estimated_cost_usd: null });
  expect(await estimate()).toEqual([0.4, "attempts"]);
  await aCap(team, 0.6, { agent_id: agent.id });
  const refused = await aTask(app(), owner, agent);
  const problem = await problemOf(app().call(startTask, agent, { id: refused.id }));
  expect(problem.details).toMatchObject({ estimate: 0.4, estimate_source: "attempts" });
});

test("a workspace without a policy gets a first cap from its highest day; agents and others get none", async () => {
  const team = await aTeam();
  const suggestion = async () => (await app().call(getHeadroom, team.owner, {})).suggestion;
  expect(await suggestion()).toEqual({ threshold_value: 10, highest_day_usd: 0 });
  await spend(team.agent, 1.2);
  expect(await suggestion()).toEqual({ threshold_value: 5, highest_day_usd: 1.2 });
  expect(await app().call(getHeadroom, team.agent, {})).toEqual({ items: [] });
  const { id } = await aCap(team, 5, { is_enabled: false });
  expect(await suggestion()).toBeUndefined();
  expect((await problemOf(aCap(team, 6))).details).toMatchObject({ policy_id: id });
});

test("the audit has every outcome: acts, skipped acts, shadows, failures and what was taken back", async () => {
  const team = await aTeam();
  const { owner, agent, workspace } = team;
  const archived = await anAgent(app(), workspace);
  await aCap(team, 0.5, { mode: "shadow" });
  const cap = await aCap(team, 0.5);
  await app().call(archiveAgent, owner, { id: archived.id });
  await spend(agent, 1);
  const outcomes = async () =>
    (await app().call(listRiskAudit, owner, {})).items.map(({ result, policy_id }) => [result, policy_id === cap.id]);
  expect(await outcomes()).toEqual([
    ["skipped", false],
    ["success", true],
  ]);
  const { items } = await app().call(listRiskAudit, owner, { policy_id: cap.id });
  expect(items).toMatchObject([
    { agent_id: agent.id, previous_state: { status: "active" }, new_state: { status: "paused" }, error_message: null },
  ]);
  await app().call(undoIntervention, owner, { id: items[0]?.event_id ?? "", reason: "A test." });
  expect((await outcomes())[0]).toEqual(["undone", true]);
  // A person pauses the agent: a limit that it passes has nothing to do, and an archived agent cannot be paused.
  await app().call(pauseAgent, owner, { id: agent.id, reason: "Lunch." });
  await aCap(team, 0.5, { agent_id: agent.id });
  expect((await outcomes())[0]).toEqual(["skipped", false]);
  await aCap(team, 0.5, { agent_id: archived.id });
  await app().call(ingestEvents, owner, { event_type: "llm_call", cost_usd: 1, agent_id: archived.id });
  expect((await outcomes())[0]).toEqual(["failed", false]);
  const other = await aTeam();
  expect(await app().call(listRiskAudit, other.owner, { policy_id: cap.id })).toEqual({ items: [], next_cursor: null });
});
