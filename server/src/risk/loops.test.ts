import { expect, test } from "vitest";
import { aClaim, anAgent, aRunningTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { later, runJobs, sweep } from "../../test/harness/team.ts";
import { getAgent } from "../agents/operations/get-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { answerTask } from "../tasks/operations/answer-task.ts";
import { assignTask } from "../tasks/operations/assign-task.ts";
import { blockTask } from "../tasks/operations/block-task.ts";
import { cancelTask } from "../tasks/operations/cancel-task.ts";
import { createTask } from "../tasks/operations/create-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import { releaseTask } from "../tasks/operations/release-task.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { undoStep } from "../tasks/operations/undo-step.ts";
import { riskJobs } from "./jobs.ts";
import { backtestPolicy } from "./operations/backtest-policy.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { getHeadroom } from "./operations/get-headroom.ts";
import { listPolicies } from "./operations/list-policies.ts";
import { listRiskEvents } from "./operations/list-risk-events.ts";
import { undoIntervention } from "./operations/undo-intervention.ts";
import { updatePolicy } from "./operations/update-policy.ts";

const app = useApp();

async function aTeam() {
  const workspace = await aWorkspace(app(), "agency");
  const agent = await anAgent(app(), workspace);
  const task = await aRunningTask(app(), workspace.owner, agent);
  return { workspace, owner: workspace.owner, agent, task, task_id: task.id };
}

const aBreaker = (owner: Actor, policy_type: string, threshold_value: number, fields: Record<string, unknown> = {}) =>
  app().call(createPolicy, owner, { policy_type, threshold_value, action_type: "pause_agent", ...fields } as never);
const send = (agent: Actor, ...events: Record<string, unknown>[]) => app().call(ingestEvents, agent, { events });
const call = (more: Record<string, unknown>, args: unknown = { path: "a" }) => ({
  event_type: "tool_call",
  payload: { tool: "read_file", arguments: args },
  ...more,
});
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const eventsOf = async (owner: Actor) => (await app().call(listRiskEvents, owner, {})).items;
const statusOf = async (owner: Actor, { id }: Actor) => (await app().call(getAgent, owner, { id })).status;
const loopJob = () =>
  runJobs(
    app(),
    riskJobs().filter(({ name }) => name === "risk-loops"),
  );

test("a new workspace has the defaults and no policy; one is stored in shadow mode when it first fires", async () => {
  const { workspace, owner, agent, task_id } = await aTeam();
  const listed = () => app().call(listPolicies, owner, {});
  const types = (of: readonly { policy_type: string; mode: string }[]) => of.map((one) => [one.policy_type, one.mode]);
  const before = await listed();
  expect(before.items).toEqual([]);
  expect(types(before.defaults)).toEqual([
    ["repeated_tool_calls", "shadow"],
    ["cost_without_progress", "shadow"],
    ["restarts_without_result", "shadow"],
  ]);
  await send(agent, ...times(10, call({ task_id })));
  expect(await eventsOf(owner)).toEqual([]);
  await send(agent, call({ task_id }));
  const [event, ...more] = await eventsOf(owner);
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    agent_id: agent.id,
    policy_type: "repeated_tool_calls",
    breach_value: 11,
    threshold_value: 10,
    status: "skipped",
    result: { shadow: true, numbers: { calls: 11 }, about: { task_id, tool: "read_file" } },
  });
  expect(await statusOf(owner, agent)).toBe("active");
  const after = await listed();
  expect(after.items).toMatchObject([{ id: event?.policy_id, mode: "shadow", agent_id: null }]);
  expect(types(after.defaults).map(([type]) => type)).toEqual(["cost_without_progress", "restarts_without_result"]);
  const facts = (await factsOf(app(), workspace.id)).filter(({ type }) => /^(policy|risk)\./.test(type));
  expect(facts.map(({ type }) => type)).toEqual(["policy.created", "risk.breached"]);
  // It does not hide the suggestion of a first cap, and agents see no headroom of it.
  const headroom = await app().call(getHeadroom, owner, {});
  expect(headroom).toMatchObject({ items: [], suggestion: { threshold_value: expect.any(Number) } });
});

test("a disabled policy of the workspace turns its default off", async () => {
  const { owner, agent, task_id } = await aTeam();
  await aBreaker(owner, "repeated_tool_calls", 10, { is_enabled: false, window_minutes: 15 });
  await send(agent, ...times(30, call({ task_id })));
  expect(await eventsOf(owner)).toEqual([]);
});

test("only calls with the same tool and arguments, of one agent on one task or run, in the window, count", async () => {
  const { workspace, owner, agent, task_id } = await aTeam();
  const other = await anAgent(app(), workspace);
  await aBreaker(owner, "repeated_tool_calls", 3, { window_minutes: 10 });
  const run_id = "019b0000-0000-7000-8000-000000000001";
  await send(agent, ...times(3, call({ task_id })), ...times(3, call({ run_id })), ...times(9, call({})));
  await send(agent, ...[1, 2, 3, 4, 5].map((line) => call({ task_id }, { path: "a", line })));
  await send(other, call({ task_id }));
  await send(agent, ...times(5, { event_type: "tool_call", task_id, payload: { tool: "read_file" } }));
  await later(app(), 11 * 60, () => send(agent, ...times(3, call({ task_id }))));
  expect(await eventsOf(owner)).toEqual([]);
  // The order of the arguments does not matter, and a repeated export does not count.
  const keyed = { task_id, dedupe_key: "one" };
  await later(app(), 12 * 60, async () => {
    await send(agent, call(keyed, { path: "b", line: 1 }), call(keyed, { path: "b", line: 1 }));
    await send(agent, ...times(2, call({ task_id }, { line: 1, path: "b" })));
    expect(await eventsOf(owner)).toEqual([]);
    await send(agent, call({ task_id }, { line: 1, path: "b" }));
  });
  expect(await eventsOf(owner)).toMatchObject([{ agent_id: agent.id, breach_value: 4, status: "executed" }]);
});

test("an enforced breaker pauses before the answer, once for callers at once; undo and cooldown hold for each loop", async () => {
  const { workspace, owner, agent, task_id } = await aTeam();
  const other = await anAgent(app(), workspace);
  const { id: theirs } = await aRunningTask(app(), owner, other);
  await aBreaker(owner, "repeated_tool_calls", 5);
  const second = createSecondApp(app());
  const sends = Array.from({ length: 12 }, (_, n) =>
    (n % 2 ? second : app()).call(ingestEvents, agent, { events: [call({ task_id })] }),
  );
  await Promise.all(sends);
  await second.close();
  expect(await statusOf(owner, agent)).toBe("paused");
  const [event, ...more] = await eventsOf(owner);
  expect(more).toEqual([]);
  expect(event).toMatchObject({ breach_value: 6, status: "executed", action_type: "pause_agent" });
  // Another loop has its own cooldown.
  await send(other, ...times(6, call({ task_id: theirs })));
  expect(await statusOf(owner, other)).toBe("paused");
  await app().call(undoIntervention, owner, { id: event?.id ?? "", reason: "It waits for a build." });
  await send(agent, call({ task_id }));
  expect(await statusOf(owner, agent)).toBe("active");
  await later(app(), 6 * 3_600 + 60, () => send(agent, ...times(6, call({ task_id }))));
  expect(await statusOf(owner, agent)).toBe("paused");
});

test("a call that the holder reports to its task counts, and the job looks at it", async () => {
  const { owner, agent, task, task_id } = await aTeam();
  await aBreaker(owner, "repeated_tool_calls", 3);
  const report = () =>
    app().call(addTaskEvent, agent, {
      id: task_id,
      fence: task.fence,
      type: "tool_call",
      payload: { tool: "read_file", arguments: { path: "a" } },
    });
  await send(agent, call({ task_id }));
  for (let n = 0; n < 2; n++) await report();
  await loopJob();
  expect(await eventsOf(owner)).toEqual([]);
  await report();
  await Promise.all([loopJob(), loopJob()]);
  expect(await eventsOf(owner)).toMatchObject([{ agent_id: agent.id, breach_value: 4, status: "executed" }]);
  expect(await statusOf(owner, agent)).toBe("paused");
});

test("cost counts since the last progress of the attempt that runs", async () => {
  const { owner, agent, task, task_id } = await aTeam();
  await aBreaker(owner, "cost_without_progress", 1, { action_type: "throttle" });
  const spend = (cost_usd: number) => send(agent, { event_type: "llm_call", cost_usd, task_id });
  await spend(0.8);
  await app().call(heartbeatTask, agent, { id: task_id, fence: task.fence, progress: { step: 1 } });
  await spend(0.7);
  await later(app(), 1, () =>
    app().call(addTaskEvent, agent, { id: task_id, fence: task.fence, type: "progress", payload: { step: 2 } }),
  );
  await spend(0.6);
  await app().call(heartbeatTask, agent, { id: task_id, fence: task.fence });
  await spend(0.4);
  expect(await eventsOf(owner)).toEqual([]);
  await spend(0.1);
  expect(await eventsOf(owner)).toMatchObject([
    { breach_value: 1.1, status: "executed", action_type: "throttle", result: { about: { task_id } } },
  ]);
  // Another attempt begins at zero, and what it did not spend is not its cost.
  await app().call(releaseTask, agent, { id: task_id, fence: task.fence });
  await spend(5);
  await aClaim(app(), agent);
  await later(app(), 6 * 3_600 + 60, () => spend(0.9));
  expect(await eventsOf(owner)).toHaveLength(1);
});

test("attempts in a row without a result fire; a question, an undo, another agent and a refusing provider do not count", async () => {
  const { workspace, owner, agent, task, task_id } = await aTeam();
  const other = await anAgent(app(), workspace);
  await aBreaker(owner, "restarts_without_result", 2);
  await app().call(releaseTask, agent, { id: task_id, fence: task.fence });
  const second = await aClaim(app(), agent);
  await app().call(failTask, agent, { id: task_id, fence: second.fence, reason: "Again.", retryable: true });
  await later(app(), 61, () => loopJob());
  expect(await eventsOf(owner)).toEqual([]);
  await later(app(), 61, async () => {
    const third = await aClaim(app(), agent);
    expect(third.id).toBe(task_id);
  });
  await later(app(), 600, () => sweep(app(), workspace.id));
  await Promise.all([loopJob(), loopJob()]);
  expect(await eventsOf(owner)).toMatchObject([
    { agent_id: agent.id, breach_value: 3, status: "executed", result: { about: { task_id } } },
  ]);
  const undone = await app().call(createTask, owner, { title: "Undone", assigned_to_agent_id: other.id });
  for (let n = 0; n < 3; n++) {
    await app().call(startTask, owner, { id: undone.id });
    await app().call(undoStep, owner, { id: undone.id });
  }
  await app().call(cancelTask, owner, { id: undone.id });
  const question = await aRunningTask(app(), owner, other);
  const release = async (fence: number) => {
    await app().call(releaseTask, other, { id: question.id, fence });
    return (await aClaim(app(), other)).fence;
  };
  const fence = await release(await release(question.fence));
  await app().call(blockTask, other, { id: question.id, fence, reason: "Which one?" });
  await app().call(answerTask, owner, { id: question.id, answer: "The first." });
  const answered = await release((await aClaim(app(), other)).fence);
  const refusal = { reason: "No quota.", code: "provider_quota" } as const;
  await app().call(failTask, other, { id: question.id, fence: answered, ...refusal });
  await later(app(), 3_700, async () => void (await release((await aClaim(app(), other)).fence)));
  await app().call(assignTask, owner, { id: question.id, assigned_to_agent_id: (await anAgent(app(), workspace)).id });
  await loopJob();
  expect(await eventsOf(owner)).toHaveLength(1);
});

test("a loop of two calls after many others is seen, and a hash that the sender adds hides no equal arguments", async () => {
  const { owner, agent, task_id } = await aTeam();
  await aBreaker(owner, "repeated_tool_calls", 5, { action_type: "throttle" });
  for (let n = 0; n < 15; n++) await send(agent, call({ task_id }, { n }), call({ task_id }, { n }));
  await send(agent, ...times(6, [call({ task_id }, "one"), call({ task_id }, "two")]).flat());
  expect(await eventsOf(owner)).toMatchObject([{ breach_value: 6 }]);
  const hashed = (n: number) => {
    const payload = { tool: "write_file", arguments: { path: "a" }, arguments_hash: String(n) };
    return { event_type: "tool_call", run_id: "019b0000-0000-7000-8000-000000000001", payload };
  };
  await send(agent, ...[1, 2, 3, 4, 5, 6].map(hashed));
  expect(await eventsOf(owner)).toMatchObject([{ breach_value: 6 }, { breach_value: 6 }]);
});

test("a breaker that is enforced again fires on a loop that it fired on before", async () => {
  const { owner, agent, task_id } = await aTeam();
  const { id } = await aBreaker(owner, "repeated_tool_calls", 5, { action_type: "throttle" });
  await send(agent, ...times(6, call({ task_id })));
  for (const mode of ["shadow", "enforce"] as const) await app().call(updatePolicy, owner, { id, mode });
  await send(agent, ...times(6, call({ task_id })));
  expect(await eventsOf(owner)).toHaveLength(2);
});

test("a promoted breaker counts from zero; thresholds have bounds; a breaker has no backtest", async () => {
  const { owner, agent, task_id } = await aTeam();
  const { id } = await aBreaker(owner, "repeated_tool_calls", 5, { mode: "shadow" });
  await send(agent, ...times(6, call({ task_id })));
  expect(await eventsOf(owner)).toHaveLength(1);
  await app().call(updatePolicy, owner, { id, mode: "enforce" });
  await send(agent, ...times(5, call({ task_id })));
  expect(await statusOf(owner, agent)).toBe("active");
  await send(agent, call({ task_id }));
  expect(await statusOf(owner, agent)).toBe("paused");
  const code = async (work: Promise<unknown>) => (await problemOf(work)).message;
  expect(await code(aBreaker(owner, "restarts_without_result", 1.5))).toMatch(/^threshold_value: /);
  expect(await code(aBreaker(owner, "repeated_tool_calls", 5, { agent_id: agent.id, window_minutes: 61 }))).toMatch(
    /^window_minutes: /,
  );
  const policy = { policy_type: "repeated_tool_calls", threshold_value: 5 } as const;
  expect(await code(app().call(backtestPolicy, owner, { policy }))).toMatch(/has no backtest/);
});
