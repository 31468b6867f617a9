/** Every state × step × actor on the real database: what the table allows succeeds, all else is refused and leaves nothing. */
import { describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Operation } from "../kernel/operation.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { completeTask } from "./operations/complete-task.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { addTaskEvent } from "./operations/list-events.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTaskOperation as startTask } from "./operations/start-task.ts";
import type { Step } from "./rules.ts";
import { STATUSES, type Status, type Task } from "./schema.ts";

const app = useApp();

const WHO = ["person", "creator", "assignee", "other", "above"] as const;
type Who = (typeof WHO)[number];
type Cast = Record<Who, Actor> & { workspace: string };

interface StepCase {
  operation: Operation;
  input: (cast: Cast) => Record<string, unknown>;
  /** Whether agents prove with a fence that they hold the task. */
  fenced: boolean;
  from: readonly Status[];
  by: readonly Who[];
  /** What it leaves in the log of the task, and the task's state after it. */
  facts: readonly string[];
  to: Status | undefined;
}

const HOLDER = { fenced: true, from: ["running"], by: ["person", "assignee"] } as const;
const GIVER = { fenced: false, from: ["queued", "running", "blocked"], by: ["person", "creator", "above"] } as const;
const reason = () => ({ reason: "Because." });
const nothing = () => ({});

const CASES: Record<Step, StepCase> = {
  start: {
    ...HOLDER,
    operation: startTask,
    input: nothing,
    fenced: false,
    from: ["queued", "blocked"],
    facts: ["task.started"],
    to: "running",
  },
  heartbeat: { ...HOLDER, operation: heartbeatTask, input: nothing, facts: [], to: "running" },
  add_event: {
    ...HOLDER,
    operation: addTaskEvent,
    input: () => ({ type: "progress" }),
    facts: ["task.progress"],
    to: "running",
  },
  block: {
    ...HOLDER,
    operation: blockTask,
    input: reason,
    facts: ["task.blocked", "governance.task_blocked"],
    to: "blocked",
  },
  complete: { ...HOLDER, operation: completeTask, input: nothing, facts: ["task.completed"], to: "completed" },
  fail: { ...HOLDER, operation: failTask, input: reason, facts: ["task.failed"], to: "failed" },
  release: { ...HOLDER, operation: releaseTask, input: reason, facts: ["task.released"], to: "queued" },
  cancel: { ...GIVER, operation: cancelTask, input: nothing, facts: ["task.canceled"], to: "canceled" },
  assign: {
    ...GIVER,
    operation: assignTask,
    input: ({ other }) => ({ assigned_to_agent_id: other.id }),
    by: [...GIVER.by, "assignee"],
    facts: ["governance.task_reassigned", "task.assigned"],
    to: "queued",
  },
  escalate: {
    ...HOLDER,
    operation: escalateTask,
    input: reason,
    from: ["queued", "running", "blocked"],
    facts: ["governance.task_escalated", "task.escalated"],
    // Nobody stands above.
    to: "blocked",
  },
  retry: {
    ...GIVER,
    operation: retryTask,
    input: nothing,
    from: ["completed", "failed", "canceled"],
    facts: [],
    to: undefined,
  },
};

/** Four agents: one gave the work, one does the task above it, one is assigned, one has nothing to do with it. */
async function aCast(): Promise<Cast> {
  const workspace = await aWorkspace(app());
  const [creator, above, assignee, other] = await Promise.all(
    ["creator", "above", "assignee", "other"].map((name) => anAgent(app(), workspace, { name })),
  );
  if (!creator || !above || !assignee || !other) throw new Error("An agent is missing.");
  return { workspace: workspace.id, person: workspace.owner, creator, above, assignee, other };
}

/** A task of its own below a running one. It was started once, so its fence is 1 in every state. */
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

async function rowOf(id: string): Promise<Record<string, unknown>> {
  const { rows } = await app().admin.query("select * from tasks where id = $1", [id]);
  return rows[0];
}

/** Everything a refused step must leave as it was. */
async function worldOf({ workspace }: Cast) {
  const [tasks, gates] = await Promise.all([
    app().admin.query("select * from tasks where workspace_id = $1 order by id", [workspace]),
    app().admin.query("select * from gates where workspace_id = $1 order by agent_id", [workspace]),
  ]);
  return { tasks: tasks.rows, gates: gates.rows, facts: await factsOf(app(), workspace) };
}

function take(step: Step, who: Who, cast: Cast, id: string): Promise<unknown> {
  const { operation, input, fenced } = CASES[step];
  const fence = fenced && who !== "person" ? { fence: 1 } : {};
  return app().call(operation, cast[who], { id, ...fence, ...input(cast) });
}

/** The code of the refusal; "late" when it also keeps what the caller sent; undefined when the step is allowed. */
function expected(step: Step, who: Who, status: Status): string | undefined {
  const { by, from } = CASES[step];
  if (!by.includes(who)) return who === "assignee" ? "forbidden" : "not_assignee";
  // Whoever held a task that a person canceled learns so with a heartbeat; a result of theirs is kept.
  if (status === "canceled" && step === "heartbeat") return "told";
  if (status === "canceled" && who === "assignee" && (step === "add_event" || step === "release")) return "lease_lost";
  if (status === "canceled" && who === "assignee" && CASES[step].fenced) return "late";
  return from.includes(status) ? undefined : "illegal_step";
}

async function checkAllowed(step: Step, who: Who, cast: Cast, id: string): Promise<void> {
  const before = (await factsOf(app(), cast.workspace, id)).length;
  const all = (await factsOf(app(), cast.workspace)).length;
  await take(step, who, cast, id);
  const facts = (await factsOf(app(), cast.workspace, id)).slice(before);
  expect(facts.map(({ type }) => type)).toEqual(CASES[step].facts);
  expect(facts.map(({ actor_id }) => actor_id)).toEqual(facts.map(() => cast[who].id));
  const made = (await factsOf(app(), cast.workspace)).length - all;
  expect(made).toBe(step === "retry" ? 1 : facts.length);
  const { to } = CASES[step];
  if (to) expect((await rowOf(id)).status).toBe(to);
}

async function checkRefused(code: string, step: Step, who: Who, cast: Cast, id: string): Promise<void> {
  const before = await worldOf(cast);
  if (code === "told") {
    expect(await take(step, who, cast, id)).toMatchObject({ cancel_requested: true });
  } else {
    const problem = await problemOf(take(step, who, cast, id));
    expect(problem.code).toBe(code === "late" ? "lease_lost" : code);
  }
  if (code !== "late") return expect(await worldOf(cast)).toEqual(before);
  const { facts, tasks } = await worldOf(cast);
  expect(facts.slice(before.facts.length).map(({ type }) => type)).toEqual(["task.late_result"]);
  const flagged = before.tasks.map((task) => (task.id === id ? { ...task, has_late_result: true } : task));
  const besidesTime = (task: Record<string, unknown>) => ({ ...task, updated_at: null });
  expect(tasks.map(besidesTime)).toEqual(flagged.map(besidesTime));
}

describe.concurrent.each(STATUSES)("a %s task", (status) => {
  it.each(Object.keys(CASES) as Step[])("takes %s from those it is for and from nobody else", async (step) => {
    const cast = await aCast();
    for (const who of WHO) {
      const { id } = await aTaskIn(status, cast);
      expect(await rowOf(id)).toMatchObject({ status, fence: 1 });
      const code = expected(step, who, status);
      if (code) await checkRefused(code, step, who, cast, id);
      else await checkAllowed(step, who, cast, id);
    }
  });
});
