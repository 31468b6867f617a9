import { expect, test } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import { getAgent } from "../agents/operations/get-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { createPriceOverride } from "../observability/operations/create-price-override.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { repriceEvents } from "../observability/operations/reprice-events.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { deletePolicy } from "./operations/delete-policy.ts";
import { enforcePolicies } from "./operations/enforce-policies.ts";
import { getHeadroom } from "./operations/get-headroom.ts";
import { listRiskEvents } from "./operations/list-risk-events.ts";
import { topUpPolicy } from "./operations/top-up-policy.ts";
import { undoIntervention } from "./operations/undo-intervention.ts";
import { updatePolicy } from "./operations/update-policy.ts";

const app = useApp();

async function aTeam(tier = "agency") {
  const workspace = await aWorkspace(app(), tier);
  return { workspace, owner: workspace.owner, agent: await anAgent(app(), workspace) };
}

const aPolicy = (owner: Actor, fields: Record<string, unknown> = {}) =>
  app().call(createPolicy, owner, { policy_type: "daily_spend_cap", threshold_value: 1, ...fields });
const send = (agent: Actor, ...events: Record<string, unknown>[]) => app().call(ingestEvents, agent, { events });
const spend = (agent: Actor, cost_usd: number) => send(agent, { event_type: "llm_call", cost_usd });
const ended = (status: "success" | "error") => ({ event_type: "run_finished", status });
const eventsOf = async (owner: Actor) => (await app().call(listRiskEvents, owner, {})).items;
const statusOf = async (owner: Actor, { id }: Actor) => (await app().call(getAgent, owner, { id })).status;
const typesOf = async (workspace: { id: string }) =>
  (await factsOf(app(), workspace.id))
    .map(({ type }) => type)
    .filter((type) => /^(risk|policy)\.|^agent\.(paused|resumed)/.test(type));

test("warnings at 75 and 95 percent, a breach above the cap, each once a day", async () => {
  const { workspace, owner, agent } = await aTeam();
  await aPolicy(owner, { action_type: "pause_agent" });
  for (const cost of [0.7, 0.05, 0.1, 0.1, 0.05, 0.01, 0.5]) await spend(agent, cost);
  expect(await typesOf(workspace)).toEqual([
    "policy.created",
    "risk.warned",
    "risk.warned",
    "risk.breached",
    "risk.intervened",
    "agent.paused",
  ]);
  expect(await eventsOf(owner)).toEqual([
    expect.objectContaining({ agent_id: agent.id, breach_value: 1.01, status: "executed", action_type: "pause_agent" }),
  ]);
  // On the next day the counters begin again.
  await later(app(), 86_400, async () => {
    const { items } = await app().call(getHeadroom, owner, {});
    expect(items).toEqual([expect.objectContaining({ used: 0, left: 1, state: "room", warned_at: null })]);
    await spend(agent, 1.5);
  });
  expect(await eventsOf(owner)).toHaveLength(2);
});

test("a shadow policy records what it would have done and stops nothing", async () => {
  const { workspace, owner, agent } = await aTeam();
  const { id } = await aPolicy(owner, { mode: "shadow", action_type: "pause_agent" });
  await aTask(app(), owner, agent, { estimated_cost_usd: 3 });
  await spend(agent, 2);
  expect(await eventsOf(owner)).toEqual([
    expect.objectContaining({ status: "skipped", result: expect.objectContaining({ shadow: true }) }),
  ]);
  expect(await statusOf(owner, agent)).toBe("active");
  expect(await typesOf(workspace)).not.toContain("risk.intervened");
  await aClaim(app(), agent);
  // Promoted, it counts from zero and fires nothing by itself.
  await app().call(updatePolicy, owner, { id, mode: "enforce" });
  expect(await eventsOf(owner)).toHaveLength(1);
  const { items } = await app().call(getHeadroom, owner, {});
  expect(items).toEqual([expect.objectContaining({ mode: "enforce", used: 0 })]);
});

test("an alert_only cap refuses no start and pauses nobody", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner);
  await aTask(app(), owner, agent, { estimated_cost_usd: 3 });
  await spend(agent, 2);
  await aClaim(app(), agent);
  expect(await eventsOf(owner)).toEqual([expect.objectContaining({ status: "executed", action_type: "alert_only" })]);
});

test("a rate of errors throttles the agent, and fires again after its cooldown", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner, { policy_type: "error_rate_cap", threshold_value: 50, action_type: "throttle" });
  await send(agent, ended("success"), ended("error"));
  expect(await eventsOf(owner)).toEqual([]);
  await send(agent, ended("error"));
  expect(await eventsOf(owner)).toEqual([expect.objectContaining({ status: "executed", action_type: "throttle" })]);
  await Promise.all(Array.from({ length: 8 }, () => aTask(app(), owner, agent)));
  const { items } = await app().call(claimTasks, agent, { limit: 8 });
  expect(items).toHaveLength(6);
  await send(agent, ended("error"));
  expect(await eventsOf(owner)).toEqual([expect.objectContaining({ lift_proposed: false })]);
  await later(app(), 6 * 3_600 + 60, async () => {
    // The window has moved on, and the cooldown is over.
    expect(await eventsOf(owner)).toEqual([expect.objectContaining({ lift_proposed: true })]);
  });
  await later(app(), 6 * 3_600 + 60, () => send(agent, ended("error")));
  expect(await eventsOf(owner)).toEqual([
    expect.objectContaining({ status: "skipped" }),
    expect.objectContaining({ status: "executed" }),
  ]);
});

test("a rate of tokens counts no cached ones, and its claim names the model that is allowed", async () => {
  const { owner } = await aTeam();
  const { workspace, owner: by } = await aTeam();
  const agent = await anAgent(app(), workspace, { llm_config: { provider: "anthropic", model: "claude-opus-4-5" } });
  const rate = { policy_type: "token_rate_cap", window_minutes: 1, action_type: "model_downgrade" };
  await aPolicy(by, { ...rate, threshold_value: 1_000 });
  await send(agent, { event_type: "llm_call", tokens_in: 5_000, tokens_cached: 4_100, tokens_out: 100 });
  expect(await eventsOf(by)).toEqual([]);
  await send(agent, { event_type: "llm_call", tokens_in: 1, tokens_out: 0 });
  await aTask(app(), by, agent);
  const { items } = await app().call(claimTasks, agent, {});
  expect(items[0]?.allowed_model).toBe("claude-haiku-4-5-20251001");
  // The configuration of an agent may name its cheaper model.
  const llm_config = { provider: "anthropic", model: "claude-opus-4-5", cheaper_model: "claude-sonnet-4-5" };
  const other = await anAgent(app(), workspace, { llm_config });
  await aPolicy(by, { ...rate, threshold_value: 1_000, agent_id: other.id });
  await send(other, { event_type: "llm_call", tokens_in: 5_000, tokens_out: 0 });
  await aTask(app(), by, other);
  expect((await aClaim(app(), other)).allowed_model).toBe("claude-sonnet-4-5");
  expect(await eventsOf(owner)).toEqual([]);
});

test("an intervention is undone once, with a reason; what somebody changed since stays", async () => {
  const { workspace, owner, agent } = await aTeam();
  await aPolicy(owner, { action_type: "pause_agent" });
  await spend(agent, 2);
  const [event] = await eventsOf(owner);
  const undo = { id: event?.id ?? "", reason: "It was a planned load test." };
  expect(await statusOf(owner, agent)).toBe("paused");
  const undone = await app().call(undoIntervention, owner, undo);
  expect(undone.undone_at).not.toBeNull();
  expect(await statusOf(owner, agent)).toBe("active");
  expect((await problemOf(app().call(undoIntervention, owner, undo))).code).toBe("conflict");
  expect((await typesOf(workspace)).slice(-2)).toEqual(["risk.undone", "agent.resumed"]);
  // The cap still refuses starts.
  await aTask(app(), owner, agent);
  const { skipped } = await app().call(claimTasks, agent, {});
  expect(skipped).toEqual([expect.objectContaining({ code: "cap" })]);
});

test("undo of an old pause leaves the pause of a person", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner, { action_type: "pause_agent" });
  await spend(agent, 2);
  const [event] = await eventsOf(owner);
  const isLiftProposed = () =>
    later(app(), 2 * 86_400, async () => (await eventsOf(owner)).map(({ lift_proposed }) => lift_proposed));
  expect(await isLiftProposed()).toEqual([true]);
  await app().call(resumeAgent, owner, { id: agent.id });
  // The act holds nobody any more.
  expect(await isLiftProposed()).toEqual([false]);
  await app().call(pauseAgent, owner, { id: agent.id, reason: "An incident." });
  const undo = app().call(undoIntervention, owner, { id: event?.id ?? "", reason: "Late." });
  expect((await problemOf(undo)).code).toBe("conflict");
  expect(await statusOf(owner, agent)).toBe("paused");
});

test("a batch whose old or repeated successes hide its failures from the expectation is stored", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner, { policy_type: "error_rate_cap", threshold_value: 50, action_type: "throttle" });
  const occurred_at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  const old = Array.from({ length: 10 }, () => ({ ...ended("success"), occurred_at }));
  expect(await send(agent, ...old, ended("error"))).toMatchObject({ accepted: 11 });
  expect(await eventsOf(owner)).toEqual([expect.objectContaining({ status: "executed" })]);
});

test("a rate fires once for callers at once, on the agent that raised it", async () => {
  const { owner, agent, workspace } = await aTeam();
  const other = await anAgent(app(), workspace);
  await aPolicy(owner, { policy_type: "error_rate_cap", threshold_value: 50, action_type: "pause_agent" });
  await Promise.all(Array.from({ length: 10 }, () => send(agent, ended("error"))));
  await spend(other, 0.01);
  expect(await eventsOf(owner)).toEqual([expect.objectContaining({ agent_id: agent.id, status: "executed" })]);
  expect(await statusOf(owner, other)).toBe("active");
});

test("a workspace rate that is above its threshold when it is made acts on the next agent", async () => {
  const { owner, agent } = await aTeam();
  const tokens = { event_type: "llm_call", tokens_in: 100_000, tokens_out: 1 };
  await send(agent, tokens);
  await aPolicy(owner, { policy_type: "token_rate_cap", threshold_value: 10, action_type: "pause_agent" });
  expect(await eventsOf(owner)).toEqual([]);
  await send(agent, tokens);
  expect(await statusOf(owner, agent)).toBe("paused");
});

test("a reprice counts in the caps of today", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner, { threshold_value: 1, action_type: "throttle", block_unpriced: true });
  const model = "a-model-without-a-price";
  await send(agent, { event_type: "llm_call", model, tokens_in: 1_000_000, tokens_out: 0 });
  await app().call(createPriceOverride, owner, { model, prices: { input_mtok: 5, output_mtok: 0 } });
  await app().call(repriceEvents, owner, {});
  const { items } = await app().call(getHeadroom, owner, {});
  expect(items).toEqual([expect.objectContaining({ used: 5, unpriced_events: 0, left: -4 })]);
});

test("a threshold is raised inside the boundary of the tier, together with a top-up", async () => {
  const { owner } = await aTeam("free");
  const { id } = await aPolicy(owner, { threshold_value: 1 });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await app().call(topUpPolicy, owner, { id, amount_usd: 49, until, reason: "Long day." });
  const raise = app().call(updatePolicy, owner, { id, threshold_value: 2 });
  expect((await problemOf(raise)).code).toBe("boundary_violation");
});

test("the tier bounds a daily cap and its top-up; a scope has one policy of a type and mode", async () => {
  const { owner, agent, workspace } = await aTeam("free");
  const above = await problemOf(aPolicy(owner, { threshold_value: 50.01 }));
  expect(above).toMatchObject({ code: "boundary_violation", status: 403 });
  const { id } = await aPolicy(owner, { threshold_value: 49 });
  expect((await problemOf(aPolicy(owner, { threshold_value: 2 }))).code).toBe("conflict");
  await aPolicy(owner, { threshold_value: 2, mode: "shadow" });
  await aPolicy(owner, { threshold_value: 2, agent_id: agent.id });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const topUp = (amount_usd: number) => app().call(topUpPolicy, owner, { id, amount_usd, until, reason: "Long day." });
  expect((await problemOf(topUp(1.01))).code).toBe("boundary_violation");
  await topUp(1);
  const changed = await problemOf(app().call(updatePolicy, owner, { id, threshold_value: 51 }));
  expect(changed.code).toBe("boundary_violation");
  const member = await aPerson(app(), workspace.id, "member");
  expect((await problemOf(aPolicy(member))).code).toBe("forbidden");
  expect((await problemOf(aPolicy(agent))).code).toBe("forbidden");
});

test("a milder action needs a reason; a stricter threshold fires at once; a deleted policy refuses nothing", async () => {
  const { owner, agent } = await aTeam();
  const { id } = await aPolicy(owner, { threshold_value: 5, action_type: "pause_agent", agent_id: agent.id });
  await spend(agent, 2);
  const milder = { id, action_type: "throttle" } as const;
  expect((await problemOf(app().call(updatePolicy, owner, milder))).message).toMatch(/^reason: /);
  await app().call(updatePolicy, owner, { ...milder, reason: "The agent is needed." });
  const { revision } = await app().call(updatePolicy, owner, { id, threshold_value: 1 });
  expect(revision).toBe(3);
  expect(await eventsOf(owner)).toEqual([expect.objectContaining({ action_type: "throttle", status: "executed" })]);
  await aTask(app(), owner, agent);
  expect((await app().call(claimTasks, agent, {})).items).toEqual([]);
  await app().call(deletePolicy, owner, { id });
  expect((await app().call(claimTasks, agent, {})).items).toHaveLength(1);
});

test("usage without a price stops starts where the policy says so", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner, { action_type: "throttle", block_unpriced: true });
  await send(agent, { event_type: "llm_call", model: "a-model-without-a-price", tokens_in: 10, tokens_out: 1 });
  await aTask(app(), owner, agent);
  const { skipped } = await app().call(claimTasks, agent, {});
  expect(skipped[0]?.reason).toMatch(/allows no start after usage without a price/);
  expect(await eventsOf(owner)).toHaveLength(1);
});

test("a heartbeat of a task carries the warnings of the caps above its agent", async () => {
  const { owner, agent } = await aTeam();
  const { id: policy_id } = await aPolicy(owner);
  const { id, fence } = await aRunningTask(app(), owner, agent);
  const beat = async () => (await app().call(heartbeatTask, agent, { id, fence })).warnings;
  expect(await beat()).toEqual([]);
  await spend(agent, 0.8);
  const warning = { policy_id, percent: 75, used_usd: 0.8, cap_usd: 1 };
  expect(await beat()).toEqual([warning]);
  await spend(agent, 0.2);
  expect(await beat()).toEqual([{ ...warning, percent: 95, used_usd: 1 }]);
  expect(await later(app(), 86_400, () => app().call(heartbeatTask, owner, { id }))).toMatchObject({ warnings: [] });
});

test("a repeated event spends once, and an operator may evaluate everything", async () => {
  const { owner, agent } = await aTeam();
  await aPolicy(owner);
  const event = { event_type: "llm_call", cost_usd: 0.4, dedupe_key: "same" };
  await Promise.all(Array.from({ length: 4 }, () => send(agent, event)));
  const { items } = await app().call(getHeadroom, agent, {});
  expect(items).toEqual([expect.objectContaining({ used: 0.4 })]);
  expect(await app().call(enforcePolicies, owner, {})).toMatchObject({ events_created: 0, truncated: false });
});
