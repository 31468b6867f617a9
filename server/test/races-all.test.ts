/**
 * Everything at once: people, agents and sweeps take random steps on the same few trees, in two simulated processes.
 * Every call must end with an output or a refusal, and afterwards every count and every list of events must be right.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pauseAgent } from "../src/agents/operations/pause-agent.ts";
import { resumeAgent } from "../src/agents/operations/resume-agent.ts";
import type { Actor } from "../src/kernel/actor.ts";
import type { Operation } from "../src/kernel/operation.ts";
import { Problem } from "../src/kernel/problem.ts";
import { acceptLate } from "../src/tasks/operations/accept-late.ts";
import { answerTask } from "../src/tasks/operations/answer-task.ts";
import { assignTask } from "../src/tasks/operations/assign-task.ts";
import { blockTask } from "../src/tasks/operations/block-task.ts";
import { cancelTask } from "../src/tasks/operations/cancel-task.ts";
import { changeDependencies } from "../src/tasks/operations/change-dependencies.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../src/tasks/operations/complete-task.ts";
import { createTask } from "../src/tasks/operations/create-task.ts";
import { failTask } from "../src/tasks/operations/fail-task.ts";
import { heartbeatTask } from "../src/tasks/operations/heartbeat-task.ts";
import { retryTask } from "../src/tasks/operations/retry-task.ts";
import { startTask } from "../src/tasks/operations/start-task.ts";
import { undoStep } from "../src/tasks/operations/undo-step.ts";
import type { Task } from "../src/tasks/schema.ts";
import { anAgent } from "./harness/builders.ts";
import { dice } from "./harness/dice.ts";
import { aWorkspace, createSecondApp, type TestApp, useApp } from "./harness/harness.ts";
import { times } from "./harness/outcomes.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { sweep } from "./harness/team.ts";

const first = useApp();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(first());
});
afterAll(() => second.close());

const WORKERS = 16;
const STEPS = Number(process.env.BAILIWICK_CHAOS_STEPS ?? 50);

/** The state that all workers share. */
interface Field {
  workspace: string;
  owner: Actor;
  agents: Actor[];
  ids: string[];
  /** The last fence that a call returned for a task. */
  fences: Map<string, number>;
  codes: Record<string, number>;
}

type Move = { operation: Operation; actor: Actor; input: Record<string, unknown> };

function moveOf(field: Field, roll: ReturnType<typeof dice>): Move {
  const { owner, agents } = field;
  const agent = roll.sure(agents);
  const id = roll.oneOf(field.ids.slice(-12)) ?? "";
  const held = { id, fence: field.fences.get(id) ?? 1 };
  const anyone = roll.sure([owner, ...agents]);
  const reason = "Because.";
  const moves: (() => Move)[] = [
    () => createMove(field, roll),
    () => createMove(field, roll),
    () => ({ operation: claimTasks, actor: agent, input: { limit: 1 + roll.upTo(4) } }),
    () => ({ operation: claimTasks, actor: agent, input: {} }),
    () => ({ operation: startTask, actor: anyone, input: { id } }),
    () => ({ operation: heartbeatTask, actor: anyone, input: { ...held, progress: {} } }),
    () => ({ operation: completeTask, actor: anyone, input: { ...held, detach: roll.chance(0.5) } }),
    () => ({ operation: completeTask, actor: owner, input: { id } }),
    () => ({ operation: failTask, actor: anyone, input: { ...held, reason, retryable: roll.chance(0.6) } }),
    () => ({ operation: blockTask, actor: anyone, input: { ...held, reason } }),
    () => ({ operation: blockTask, actor: anyone, input: { ...held, wait: "children" } }),
    () => ({ operation: cancelTask, actor: owner, input: { id } }),
    () => ({ operation: assignTask, actor: anyone, input: { id, assigned_to_agent_id: agent.id } }),
    () => ({ operation: answerTask, actor: owner, input: { id, answer: "Yes." } }),
    () => ({ operation: undoStep, actor: owner, input: { id } }),
    () => ({ operation: changeDependencies, actor: owner, input: { id, ...changeOf(field, roll) } }),
    () => ({ operation: retryTask, actor: owner, input: { id } }),
    () => ({ operation: roll.chance(0.3) ? pauseAgent : resumeAgent, actor: owner, input: { id: agent.id } }),
  ];
  return roll.sure(moves)();
}

/** Drops one task from the dependencies, adds one, or replaces one. */
function changeOf({ ids }: Field, roll: ReturnType<typeof dice>) {
  const [one, other] = [roll.oneOf(ids.slice(-12)), roll.oneOf(ids.slice(-12))];
  return { ...(one && roll.chance(0.7) && { drop: [one] }), ...(other && roll.chance(0.7) && { add: [other] }) };
}

function createMove({ owner, agents, ids }: Field, roll: ReturnType<typeof dice>): Move {
  const parent = roll.chance(0.7) ? roll.oneOf(ids.slice(-12)) : undefined;
  const dependency = roll.chance(0.3) ? roll.oneOf(ids.slice(-12)) : undefined;
  const input = {
    title: "A task",
    assigned_to_agent_id: roll.sure(agents).id,
    max_attempts: 1 + roll.upTo(3),
    ...(parent && { parent_task_id: parent }),
    ...(dependency && { depends_on: [dependency] }),
    ...(roll.chance(0.4) && { budget_usd: roll.upTo(4) }),
    estimated_cost_usd: roll.upTo(2),
  };
  return { operation: createTask, actor: owner, input };
}

/** Accepts a late result of the task, if there is one. */
async function acceptMove(
  app: TestApp,
  { workspace, owner, ids }: Field,
  roll: ReturnType<typeof dice>,
): Promise<Move> {
  const { rows } = await app.admin.query(
    `select subject_id as id, id as event_id from facts where workspace_id = $1 and type = 'task.late_result'
     and subject_id = any($2::uuid[]) order by seq desc limit 10`,
    [workspace, ids],
  );
  const input = roll.oneOf(rows) ?? { id: ids[0], event_id: ids[0] };
  return { operation: acceptLate, actor: owner, input };
}

async function work(app: TestApp, field: Field, seed: number): Promise<void> {
  const roll = dice(seed);
  for (let step = 0; step < STEPS; step++) {
    if (roll.chance(0.07)) await sweep(app, field.workspace);
    const accepts = roll.chance(0.05) && field.ids.length > 0;
    const { operation, actor, input } = accepts ? await acceptMove(app, field, roll) : moveOf(field, roll);
    const code = await app.call(operation, actor, input as never).then(
      // The outputs of all moves are tasks, lists of tasks or objects without an id.
      (output) => remember(field, output as Answered),
      (error: unknown) => {
        if (error instanceof Problem) return error.code;
        throw new Error(`seed ${seed}, step ${step}: ${operation.name} ${JSON.stringify(input)}`, { cause: error });
      },
    );
    const name = `${operation.name} ${code}`;
    field.codes[name] = (field.codes[name] ?? 0) + 1;
  }
}

type Answered = Partial<Task> & { items?: Task[] };

function remember({ ids, fences }: Field, output: Answered): string {
  for (const { id, fence } of output.items ?? [output]) {
    if (id && !ids.includes(id)) ids.push(id);
    if (id && fence) fences.set(id, fence);
  }
  return "ok";
}

describe("everything at once", () => {
  it.each([1, 2, 3])("seed %i: only outputs and refusals, and all counts are right afterwards", async (seed) => {
    const workspace = await aWorkspace(first());
    const { owner } = workspace;
    const agents = await Promise.all(
      times(3, (n) => anAgent(first(), workspace, n === 0 ? { max_running_tasks: 2 } : {})),
    );
    const field: Field = { workspace: workspace.id, owner, agents, ids: [], fences: new Map(), codes: {} };
    // In the second process every lease has ended, so its sweeps end leases of running tasks.
    second.clock.offsetMs = 61_000;
    await Promise.all(times(WORKERS, (n) => work(n % 2 ? first() : second, field, seed * 100 + n)));
    second.clock.offsetMs = 0;
    await checkTasks(first(), workspace.id);
    if (process.env.BAILIWICK_CHAOS_STEPS) console.log(field.codes);
    const codes = Object.keys(field.codes).filter(
      (name) => /unavailable|conflict|internal/.test(name) && !name.startsWith("tasks.block "),
    );
    expect(codes).toEqual([]);
    expect(field.codes["tasks.create ok"]).toBeGreaterThan(20);
  });
});
