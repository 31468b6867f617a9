/** Every state × step × actor on the real database: allowed steps succeed, and refused steps change nothing. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { SAMPLES } from "../../test/harness/samples.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Operation } from "../kernel/operation.ts";
import { OPERATIONS } from "../operations.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { completeTask } from "./operations/complete-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTask } from "./operations/get-task.ts";
import { startTask } from "./operations/start-task.ts";
import { STEPS, type StepName } from "./rules.ts";
import { STATUSES, type Status, type Task } from "./schema.ts";

const app = useApp();

/** The last is the assignee while it is paused. */
const WHO = ["person", "creator", "assignee", "other", "above", "paused"] as const;
type Who = (typeof WHO)[number];
type Cast = Record<Who, Actor> & { workspace: string };
const STEP_NAMES = Object.keys(STEPS) as StepName[];

/** The facts of steps that write more or less than one fact of the task. */
const FACTS: Partial<Record<StepName, readonly string[]>> = {
  block: ["task.blocked", "governance.task_blocked"],
  assign: ["governance.task_reassigned", "task.assigned"],
  escalate: ["governance.task_escalated", "task.escalated"],
  retry: [],
};

function operationOf(step: StepName): Operation {
  const operation = OPERATIONS.find(({ name }) => name === `tasks.${step}`);
  if (!operation) throw new Error(`Add the operation tasks.${step} to server/src/tasks/operations.ts.`);
  return operation as Operation;
}

/** Returns a valid input of the step without its task, as the conformance suite sends it. */
async function inputOf(step: StepName, { workspace, person, other }: Cast): Promise<Record<string, unknown>> {
  const people = { workspace: { id: workspace, owner: person }, owner: person, viewer: person };
  const sample = SAMPLES[`tasks.${step}`];
  const { id, fence, ...input } = (await sample?.input({ app: app(), ...people, agent: other, other })) ?? {};
  return input;
}

/** Four agents: the creator of the task, the assignee of its parent, its assignee, and an agent without a role. */
async function aCast(): Promise<Cast> {
  const workspace = await aWorkspace(app());
  const [creator, above, assignee, other] = await Promise.all(
    ["creator", "above", "assignee", "other"].map((name) => anAgent(app(), workspace, { name })),
  );
  if (!creator || !above || !assignee || !other) throw new Error("An agent is missing.");
  return { workspace: workspace.id, person: workspace.owner, creator, above, assignee, other, paused: assignee };
}

/** Creates a task below a running one. It was started once, so its fence is 1 in every state. */
async function aTaskIn(status: Status, cast: Cast): Promise<Task> {
  const { person, creator, above, assignee } = cast;
  const parent = await aTask(app(), creator, above);
  const { id } = await aTask(app(), creator, assignee, { parent_task_id: parent.id });
  await app().call(startTask, assignee, { id });
  const held = { id, fence: 1 };
  if (status === "queued") await app().call(failTask, assignee, { ...held, reason: "Busy.", retryable: true });
  if (status === "blocked") await app().call(blockTask, assignee, { ...held, reason: "No key." });
  if (status === "completed") await app().call(completeTask, assignee, held);
  if (status === "failed") await app().call(failTask, assignee, { ...held, reason: "Broken." });
  if (status === "canceled") await app().call(cancelTask, person, { id });
  return { id } as Task;
}

/** Stores a late result of the assignee. Returns the input that accepts it. */
async function withLateResult({ workspace, assignee }: Cast, id: string): Promise<{ event_id: string }> {
  const event_id = randomUUID();
  await app().admin.query("update tasks set has_late_result = true where id = $1", [id]);
  await app().admin.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, data, request_id)
     values ($1, $2, 'task.late_result', 'agent', $3::text, 'task', $4, $3::uuid, $5, 'test')`,
    [workspace, event_id, assignee.id, id, { step: "complete", fence: 1, output: "late", reason: null }],
  );
  return { event_id };
}

async function rowOf(id: string): Promise<Record<string, unknown>> {
  const { rows } = await app().admin.query("select * from tasks where id = $1", [id]);
  return rows[0];
}

/** Reads all that a refused step must not change. */
async function worldOf({ workspace }: Cast) {
  const [tasks, gates] = await Promise.all([
    app().admin.query("select * from tasks where workspace_id = $1 order by id", [workspace]),
    app().admin.query("select * from gates where workspace_id = $1 order by agent_id", [workspace]),
  ]);
  return { tasks: tasks.rows, gates: gates.rows, facts: await factsOf(app(), workspace) };
}

interface Attempt {
  step: StepName;
  who: Who;
  cast: Cast;
  id: string;
  input: Record<string, unknown>;
}

function take({ step, who, cast, id, input }: Attempt): Promise<unknown> {
  const operation = operationOf(step);
  // Agents prove with the fence that they hold the task.
  const fence = "fence" in operation.input.properties && who !== "person" ? { fence: 1 } : {};
  return app().call(operation, cast[who], { ...input, id, ...fence });
}

async function checkAllowed(attempt: Attempt): Promise<void> {
  const { step, who, cast, id } = attempt;
  const before = (await factsOf(app(), cast.workspace, id)).length;
  const all = (await factsOf(app(), cast.workspace)).length;
  const from = (await rowOf(id)).status;
  await take(attempt);
  const facts = (await factsOf(app(), cast.workspace, id)).slice(before);
  const types = facts.map(({ type }) => type);
  expect(types).toEqual(FACTS[step] ?? [expect.stringMatching(/^task\./)]);
  expect(facts.map(({ actor_id }) => actor_id)).toEqual(facts.map(() => cast[who].id));
  const made = (await factsOf(app(), cast.workspace)).length - all;
  const others = endsTask(step, from) ? PARENT_FACTS : (OTHER_FACTS[step] ?? 0);
  expect(made).toBe(step === "retry" ? 1 : facts.length + others);
  const { to }: { to: string } = STEPS[step];
  // No agent is above the assignee, so an escalated task waits for a person. Some steps lead to no other state.
  const reached = STATUSES.some((status) => status === to) ? to : from;
  expect((await rowOf(id)).status).toBe(step === "escalate" ? "blocked" : reached);
}

/** An answer is a message too. */
const OTHER_FACTS: Partial<Record<StepName, number>> = { answer: 1 };
/** The event of the parent whose last child ended, and the message to its assignee. */
const PARENT_FACTS = 2;
/** A failed task that a late result completes has ended already. */
const endsTask = (step: StepName, from: unknown) =>
  from !== "failed" && ["complete", "fail", "cancel", "accept_late"].includes(step);

async function checkRefused(attempt: Attempt): Promise<void> {
  const { step, who, cast, id } = attempt;
  const before = await worldOf(cast);
  const isCanceled = (await rowOf(id)).status === "canceled";
  const isHolder = who === "assignee" || who === "paused";
  if (step === "heartbeat" && isCanceled && (isHolder || who === "person")) {
    // A heartbeat informs the former holder that a person canceled the task.
    expect(await take(attempt)).toMatchObject({ cancel_requested: true });
    return expect(await worldOf(cast)).toEqual(before);
  }
  const { code } = await problemOf(take(attempt));
  const after = await worldOf(cast);
  const types = after.facts.slice(before.facts.length).map(({ type }) => type);
  // The gate of a paused agent refuses the start, and the task is blocked with the reason.
  if (code === "blocked") return expect([step, who, types]).toEqual(["start", "paused", BLOCKED]);
  expect(REFUSED).toContain(code);
  if (code !== "lease_lost" || types.length === 0) return expect(after).toEqual(before);
  // The result of the former holder is stored as a late result.
  expect([isCanceled && isHolder, types]).toEqual([true, ["task.late_result"]]);
  const flagged = before.tasks.map((task) => (task.id === id ? { ...task, has_late_result: true } : task));
  const besidesTime = (task: Record<string, unknown>) => ({ ...task, updated_at: null });
  expect(after.tasks.map(besidesTime)).toEqual(flagged.map(besidesTime));
}

const BLOCKED = ["task.blocked", "governance.task_blocked"];
const REFUSED = ["illegal_step", "not_assignee", "forbidden", "agent_paused", "lease_lost"];

describe.concurrent.each(STATUSES)("a %s task", (status) => {
  it.each(STEP_NAMES)("takes %s exactly when allowed_steps allows it", async (step) => {
    const cast = await aCast();
    const input = await inputOf(step, cast);
    for (const who of WHO) {
      const { id } = await aTaskIn(status, cast);
      expect(await rowOf(id)).toMatchObject({ status, fence: 1 });
      if (who === "paused") await app().call(pauseAgent, cast.person, { id: cast.assignee.id });
      const late = step === "accept_late" ? await withLateResult(cast, id) : {};
      const { allowed_steps } = await app().call(getTask, cast[who], { id });
      const { allowed } = allowed_steps.find((one) => one.step === step) ?? {};
      expect(typeof allowed).toBe("boolean");
      const attempt = { step, who, cast, id, input: { ...input, ...late } };
      if (allowed) await checkAllowed(attempt);
      else await checkRefused(attempt);
    }
  });
});
