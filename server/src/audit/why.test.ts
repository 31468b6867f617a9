/** Explanations of facts, and the refusals that become facts. */
import { expect, test } from "vitest";
import { seal } from "../../test/harness/audit-samples.ts";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { runJobs } from "../../test/harness/team.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { updateAgent } from "../agents/operations/update-agent.ts";
import { createPolicy } from "../risk/operations/create-policy.ts";
import { updatePolicy } from "../risk/operations/update-policy.ts";
import { taskJobs } from "../tasks/jobs.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { getWhy } from "./operations/get-why.ts";
import { listAudit } from "./operations.ts";

const app = useApp();

async function newest(workspace: string, type: string): Promise<string> {
  const { rows } = await app().admin.query<{ id: string }>(
    "select id from facts where workspace_id = $1 and type = $2 order by seq desc limit 1",
    [workspace, type],
  );
  return rows[0]?.id ?? "";
}

test("why of a refused start has the policy and the agent as they stood then, and the headroom", async () => {
  const { owner, agent, workspace } = await aScene(app());
  await app().call(updateAgent, owner, { id: agent.id, description: "first" });
  const policy = await app().call(createPolicy, owner, {
    policy_type: "daily_spend_cap",
    threshold_value: 1,
    action_type: "pause_agent",
    agent_id: agent.id,
  });
  const task = await aTask(app(), owner, agent, { estimated_cost_usd: 5 });
  const problem = await problemOf(app().call(startTask, agent, { id: task.id }));
  expect(problem).toMatchObject({ code: "blocked", details: { reason_code: "cap" } });
  const id = await newest(workspace.id, "task.blocked");
  const before = await app().call(getWhy, owner, { id });
  await app().call(updatePolicy, owner, { id: policy.id, threshold_value: 10 });
  await app().call(updateAgent, owner, { id: agent.id, description: "second" });
  const why = await app().call(getWhy, owner, { id });
  expect(why).toEqual(before);
  expect(why).toMatchObject({
    fact: { id, type: "task.blocked" },
    policy_revision: { policy_id: policy.id, revision: 1, settings: { threshold_value: 1 } },
    agent_revision: { agent_id: agent.id },
    grant: null,
    approval: null,
    headroom: { cap: 1, used: 0, estimate: 5 },
  });
  expect(why.chain.map(({ because }) => because)).toEqual(expect.arrayContaining(["agent", "policy", "task"]));
  // The same answer once the fact is sealed.
  await seal(app(), workspace.id, (await factsOf(app(), workspace.id)).length);
  expect(await app().call(getWhy, owner, { id })).toEqual(before);
  const changed = await newest(workspace.id, "policy.updated");
  const after = await app().call(getWhy, owner, { id: changed });
  expect(after.policy_revision).toMatchObject({ fact_id: changed, revision: 2 });
});

test("why follows a change of a policy to its grant, its request and the decision", async () => {
  const { owner, agent, workspace } = await aScene(app());
  const [policy, request, grant] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const add = async (type: string, [kind, subject]: readonly [string, string], data: object) => {
    const { rows } = await app().admin.query<{ id: string }>(
      `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id, data)
       values ($1, gen_random_uuid(), $2, 'user', 'somebody', $3, $4, $5, 'test', $6) returning id`,
      [workspace.id, type, kind, subject, agent.id, data],
    );
    return rows[0]?.id ?? "";
  };
  const submitted = await add("governance.request_submitted", ["request", request], {
    request_id: request,
    policy_id: policy,
  });
  await add("governance.request_approved", ["request", request], {
    request_id: request,
    policy_id: policy,
    mode: "delegate",
  });
  await add("governance.grant_created", ["grant", grant], { grant_id: grant, request_id: request, policy_id: policy });
  await add("governance.grant_used", ["grant", grant], { grant_id: grant, uses: 3 });
  await add("policy.updated", ["risk_policy", policy], { revision: 4, after: { threshold_value: 9 } });
  const applied = await add("governance.change_applied", ["risk_policy", policy], {
    policy_id: policy,
    grant_id: grant,
    request_id: null,
    policy_after: { threshold_value: 9 },
  });
  await add("governance.grant_revoked", ["grant", grant], { grant_id: grant });
  expect(await app().call(getWhy, owner, { id: applied })).toMatchObject({
    policy_revision: { policy_id: policy, revision: 4, settings: { threshold_value: 9 } },
    grant: { grant_id: grant, uses: 3, ended: false },
    approval: { request_id: request, outcome: "request_approved", actor: { id: "somebody" } },
  });
  // Nobody had decided when the request was made.
  expect(await app().call(getWhy, owner, { id: submitted })).toMatchObject({ approval: null, grant: null });
});

test("what an agent reports explains nothing: its data leads to no fact and is no headroom", async () => {
  const { owner, agent, workspace } = await aScene(app());
  const policy = await app().call(createPolicy, owner, {
    policy_type: "daily_spend_cap",
    threshold_value: 100,
    action_type: "throttle",
  });
  const task = await aRunningTask(app(), owner, agent);
  const payload = { policy_id: policy.id, headroom: { cap: 1 }, breach_value: 1, threshold_value: 2 };
  for (const type of ["progress", "tool_call", "tool_result"] as const) {
    await app().call(addTaskEvent, agent, { id: task.id, fence: task.fence, type, payload });
    const why = await app().call(getWhy, owner, { id: await newest(workspace.id, `task.${type}`) });
    expect(why).toMatchObject({ fact: { data: payload }, policy_revision: null, headroom: null });
    expect(why.chain.map(({ because }) => because)).not.toContain("policy");
  }
});

test("a fact that is sealed between the looks for it is found", async () => {
  const { owner, agent, workspace } = await aScene(app());
  await aTask(app(), owner, agent);
  await seal(app(), workspace.id, (await factsOf(app(), workspace.id)).length);
  await aTask(app(), owner, agent);
  const facts = await factsOf(app(), workspace.id);
  const id = await newest(workspace.id, "task.created");
  const why = app().db.read(workspace.id, (tx) => {
    const statement = async (name: string, ...rest: [string, unknown[]]) => {
      if (name === "audit.find-tree") await seal(app(), workspace.id, facts.length);
      return tx.statement(name, ...rest);
    };
    return getWhy.run({ tx: Object.create(tx, { statement: { value: statement } }) } as never, { id });
  });
  expect(await why).toMatchObject({ fact: { id } });
});

test("a fact of another workspace is unknown", async () => {
  const [mine, theirs] = [await aScene(app()), await aScene(app())];
  const fact = await newest(theirs.workspace.id, "agent.created");
  const problem = await problemOf(app().call(getWhy, mine.owner, { id: fact }));
  expect(problem).toMatchObject({ status: 404, message: `There is no fact ${fact}.` });
});

test("a storm of refused claims is one fact of an agent and a code, with the number of claims", async () => {
  const { owner, agent, workspace } = await aScene(app());
  await aTask(app(), owner, agent);
  await app().call(pauseAgent, owner, { id: agent.id });
  // A claim that waits counts once.
  const claims = Array.from({ length: 40 }, (_, n) => app().call(claimTasks, agent, { wait_seconds: n === 0 ? 1 : 0 }));
  for (const { items } of await Promise.all(claims)) expect(items).toEqual([]);
  expect(await newest(workspace.id, "agent.starts_refused")).toBe("");
  // Counts that could not be stored are kept.
  const jobs = taskJobs().filter(({ name }) => name === "task-refused");
  const failing = { env: app().env, dispatch: () => Promise.reject(new Error("No database.")) };
  await expect(jobs[0]?.run(failing as never)).rejects.toThrow("No database.");
  await Promise.all([runJobs(app(), taskJobs()), runJobs(app(), taskJobs())]);
  const { items } = await app().call(listAudit, owner, { type: "agent.starts_refused", agent_id: agent.id });
  expect(items).toMatchObject([
    { subject: { kind: "agent", id: agent.id }, data: { code: "agent_paused", count: 40, reason: expect.any(String) } },
  ]);
  const why = await app().call(getWhy, owner, { id: items[0]?.id ?? "" });
  expect(why.chain).toMatchObject(expect.arrayContaining([expect.objectContaining({ because: "status" })]));
  await runJobs(app(), taskJobs());
  expect((await app().call(listAudit, owner, { type: "agent.starts_refused" })).items).toHaveLength(1);
});

test("an agent whose tasks only wait for others is not refused", async () => {
  const { owner, agent, workspace } = await aScene(app());
  const first = await aTask(app(), owner, agent);
  await app().call(claimTasks, agent, {});
  await aTask(app(), owner, agent, { depends_on: [first.id] });
  await app().call(claimTasks, agent, {});
  await runJobs(app(), taskJobs());
  expect(await newest(workspace.id, "agent.starts_refused")).toBe("");
});
