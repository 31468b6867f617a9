/** Every state × step × actor on the real database: what `allowed_steps` allows succeeds, all else is refused and leaves nothing. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Operation } from "../kernel/operation.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { completeTask } from "./operations/complete-task.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { getTaskOperation as getTask } from "./operations/get-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { addTaskEvent } from "./operations/list-events.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTaskOperation as startTask } from "./operations/start-task.ts";
import { STEPS, type StepName } from "./rules.ts";
import { STATUSES, type Status, type Task } from "./schema.ts";

const app = useApp();

/** The last is the assignee while it is paused. */
const WHO = ["person", "creator", "assignee", "other", "above", "paused"] as const;
type Who = (typeof WHO)[number];
type Cast = Record<Who, Actor> & { workspace: string };

interface StepCase {
  operation: Operation;
  input: (cast: Cast) => Record<string, unknown>;
  /** Whether agents prove with a fence that they hold the task. */
  fenced: boolean;
  /** What it leaves in the log of the task. */
  facts: readonly string[];
  /** The task's state after it, where that is not what the table says. */
  to?: Status;
}

const reason = () => ({ reason: "Because." });
const nothing = () => ({});

const CASES: Record<StepName, StepCase> = {
  start: { operation: startTask, input: nothing, fenced: false, facts: ["task.started"] },
  heartbeat: { operation: heartbeatTask, input: nothing, fenced: true, facts: [] },
  add_event: {
    operation: addTaskEvent,
    input: () => ({ type: "progress" }),
    fenced: true,
    facts: ["task.progress"],
  },
  block: { operation: blockTask, input: reason, fenced: true, facts: ["task.blocked", "governance.task_blocked"] },
  complete: { operation: completeTask, input: nothing, fenced: true, facts: ["task.completed"] },
  fail: { operation: failTask, input: reason, fenced: true, facts: ["task.failed"] },
  release: { operation: releaseTask, input: reason, fenced: true, facts: ["task.released"] },
  cancel: { operation: cancelTask, input: nothing, fenced: false, facts: ["task.canceled"] },
  assign: {
    operation: assignTask,
    input: ({ other }) => ({ assigned_to_agent_id: other.id }),
    fenced: false,
    facts: ["governance.task_reassigned", "task.assigned"],
  },
  escalate: {
    operation: escalateTask,
    input: reason,
    fenced: true,
    facts: ["governance.task_escalated", "task.escalated"],
    // Nobody stands above.
    to: "blocked",
  },
  retry: { operation: retryTask, input: nothing, fenced: false, facts: [] },
};

/** Four agents: one gave the work, one does the task above it, one is assigned, one has nothing to do with it. */
async function aCast(): Promise<Cast> {
  const workspace = await aWorkspace(app());
  const [creator, above, assignee, other] = await Promise.all(
    ["creator", "above", "assignee", "other"].map((name) => anAgent(app(), workspace, { name })),
  );
  if (!creator || !above || !assignee || !other) throw new Error("An agent is missing.");
  const cast = { workspace: workspace.id, person: workspace.owner, creator, above, assignee, other };
  return { ...cast, paused: assignee };
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

function take(step: StepName, who: Who, cast: Cast, id: string): Promise<unknown> {
  const { operation, input, fenced } = CASES[step];
  const fence = fenced && who !== "person" ? { fence: 1 } : {};
  return app().call(operation, cast[who], { id, ...fence, ...input(cast) });
}

async function checkAllowed(step: StepName, who: Who, cast: Cast, id: string): Promise<void> {
  const before = (await factsOf(app(), cast.workspace, id)).length;
  const all = (await factsOf(app(), cast.workspace)).length;
  const from = (await rowOf(id)).status;
  await take(step, who, cast, id);
  const facts = (await factsOf(app(), cast.workspace, id)).slice(before);
  expect(facts.map(({ type }) => type)).toEqual(CASES[step].facts);
  expect(facts.map(({ actor_id }) => actor_id)).toEqual(facts.map(() => cast[who].id));
  const made = (await factsOf(app(), cast.workspace)).length - all;
  expect(made).toBe(step === "retry" ? 1 : facts.length);
  expect((await rowOf(id)).status).toBe(step === "retry" ? from : (CASES[step].to ?? STEPS[step].to));
}

async function checkRefused(step: StepName, who: Who, cast: Cast, id: string): Promise<void> {
  const before = await worldOf(cast);
  const isCanceled = (await rowOf(id)).status === "canceled";
  const isHolder = who === "assignee" || who === "paused";
  if (step === "heartbeat" && isCanceled && (isHolder || who === "person")) {
    // A heartbeat tells the former holder that a person canceled the task.
    expect(await take(step, who, cast, id)).toMatchObject({ cancel_requested: true });
    return expect(await worldOf(cast)).toEqual(before);
  }
  const { code } = await problemOf(take(step, who, cast, id));
  const after = await worldOf(cast);
  const told = after.facts.slice(before.facts.length).map(({ type }) => type);
  // The gate of a paused agent refuses the start, and the task is blocked and says why.
  if (code === "blocked") return expect([step, who, told]).toEqual(["start", "paused", BLOCKED]);
  expect(REFUSED).toContain(code);
  if (code !== "lease_lost" || told.length === 0) return expect(after).toEqual(before);
  // What the former holder carried is kept as a late result.
  expect([isCanceled && isHolder, told]).toEqual([true, ["task.late_result"]]);
  const flagged = before.tasks.map((task) => (task.id === id ? { ...task, has_late_result: true } : task));
  const besidesTime = (task: Record<string, unknown>) => ({ ...task, updated_at: null });
  expect(after.tasks.map(besidesTime)).toEqual(flagged.map(besidesTime));
}

const BLOCKED = ["task.blocked", "governance.task_blocked"];
const REFUSED = ["illegal_step", "not_assignee", "forbidden", "agent_paused", "lease_lost"];

describe.concurrent.each(STATUSES)("a %s task", (status) => {
  it.each(Object.keys(CASES) as StepName[])("takes %s exactly when allowed_steps allows it", async (step) => {
    const cast = await aCast();
    for (const who of WHO) {
      const { id } = await aTaskIn(status, cast);
      expect(await rowOf(id)).toMatchObject({ status, fence: 1 });
      if (who === "paused") await app().call(pauseAgent, cast.person, { id: cast.assignee.id });
      const { allowed_steps } = await app().call(getTask, cast[who], { id });
      const { allowed } = allowed_steps.find((one) => one.step === step) ?? {};
      expect(typeof allowed).toBe("boolean");
      if (allowed) await checkAllowed(step, who, cast, id);
      else await checkRefused(step, who, cast, id);
    }
  });
});

it("README.md draws the table", async () => {
  const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
  const arrows = [...readme.matchAll(/^ {4}(\w+) --> (\w+): (.+)$/gm)];
  const drawn = arrows.flatMap(([, from, to, labels]) => labels?.split(", ").map((step) => `${from} ${step} ${to}`));
  const isStep = (arrow: string | undefined) => Object.keys(STEPS).includes(arrow?.split(" ")[1] ?? "");
  const table = Object.entries(STEPS).flatMap(([step, { from, to }]) =>
    step === "retry" ? [] : from.map((status) => `${status} ${step} ${to}`),
  );
  expect(drawn.filter(isStep).sort()).toEqual(table.sort());
  const givers = [...readme.matchAll(/^\| (.+) \| `(.+)` \|$/gm)].map(([, steps, by]) => [steps, by?.split("`, `")]);
  const byGivers = new Map<string, string[]>();
  for (const [step, { by }] of Object.entries(STEPS)) {
    const key = by.join("`, `");
    byGivers.set(key, [...(byGivers.get(key) ?? []), `\`${step}\``]);
  }
  expect(givers).toEqual([...byGivers].map(([by, steps]) => [steps.join(", "), by.split("`, `")]));
});
