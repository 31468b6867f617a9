/**
 * Long random stories of a few actors on the real server, compared after each step with the model in `test/harness/task-model.ts`.
 * The seed determines a story: BAILIWICK_MODEL_SEED=n runs only that story.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { dice } from "../../test/harness/dice.ts";
import { aWorkspace, type TestWorkspace, useApp } from "../../test/harness/harness.ts";
import { acceptLate } from "../../test/harness/late-steps.ts";
import { BOUNDARY_MS, compareWorld } from "../../test/harness/task-compare.ts";
import {
  type Agent,
  type Answer,
  add,
  type By,
  isOpen,
  type ModelTask,
  mayCreate,
  type World,
} from "../../test/harness/task-model.ts";
import { claim, giverSteps, holderSteps, sweep } from "../../test/harness/task-steps.ts";
import { sweep as sweepTurn } from "../../test/harness/team.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Operation } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { acceptLate as acceptLateTask } from "./operations/accept-late.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { answerTask } from "./operations/answer-task.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { createTask } from "./operations/create-task.ts";
import { escalateTask } from "./operations/escalate-task.ts";
import { failTask } from "./operations/fail-task.ts";
import { heartbeatTask } from "./operations/heartbeat-task.ts";
import { releaseTask } from "./operations/release-task.ts";
import { retryTask } from "./operations/retry-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();

const SEEDS = process.env.BAILIWICK_MODEL_SEED
  ? process.env.BAILIWICK_MODEL_SEED.split(",").map(Number)
  : Array.from({ length: 20 }, (_, index) => index + 1);
const STEPS = Number(process.env.BAILIWICK_MODEL_STEPS ?? 120);
const NANOS_PER_USD = 1_000_000_000;
/** The failed attempts of some tasks, so that their next wait is long. */
const FAILED_BEFORE = 5;

interface Story {
  workspace: TestWorkspace;
  world: World;
  actors: { by: By; actor: Actor }[];
  roll: ReturnType<typeof dice>;
  log: string[];
}

async function aStory(seed: number): Promise<Story> {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const free = await anAgent(app(), workspace);
  const busy = await anAgent(app(), workspace, { max_running_tasks: 2 });
  const agents: Agent[] = [
    { id: free.id, isPaused: false, runningMax: Number.POSITIVE_INFINITY },
    { id: busy.id, isPaused: false, runningMax: 2 },
  ];
  const by = ({ kind, id }: Actor) => ({ kind: kind === "user" ? "user" : "agent", id }) as const;
  const actors = [owner, free, busy].map((actor) => ({ actor, by: by(actor) }));
  const world = { now: Date.now(), agents, tasks: [], facts: 2 };
  return { workspace, world, actors, roll: dice(seed), log: [] };
}

/** The answer of the server: "ok" with the output, or the code of the problem. */
async function ask(operation: Operation, actor: Actor, input: unknown): Promise<{ code: Answer; output: unknown }> {
  try {
    return { code: "ok", output: await app().call(operation, actor, input as never) };
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, output: undefined };
    throw error;
  }
}

const HOLDER_OPERATIONS = {
  start: startTask,
  heartbeat: heartbeatTask,
  add_event: addTaskEvent,
  block: blockTask,
  complete: completeTask,
  fail: failTask,
  release: releaseTask,
  escalate: escalateTask,
} as const;

const HOLDER_STEPS = Object.keys(HOLDER_OPERATIONS) as (keyof typeof HOLDER_OPERATIONS)[];

async function holderStep({ world, actors, roll, log }: Story): Promise<void> {
  const step = roll.sure(HOLDER_STEPS);
  const fitting = world.tasks.filter((task) => isOpen(task) && (task.status === "running") !== (step === "start"));
  const task = roll.oneOf(roll.chance(0.8) ? fitting : world.tasks);
  if (!task) return;
  const mine = actors.filter(({ by }) => by.kind === "user" || by.id === task.assignee.id);
  const { by, actor } = roll.sure(roll.chance(0.9) ? mine : actors);
  const flag = roll.chance(0.5);
  const stale = roll.chance(0.15) ? roll.upTo(task.fence + 1) : 0;
  const fence = step === "start" || by.kind === "user" ? undefined : Math.max(1, task.fence - stale);
  const input = {
    id: task.id,
    ...(fence !== undefined && { fence }),
    ...(step === "heartbeat" && { progress: { flag } }),
    ...(step === "add_event" && { type: "progress" }),
    ...(step === "block" && (flag ? { wait: "children" } : { reason: "Waiting." })),
    ...(step === "complete" && { detach: flag }),
    ...(step === "escalate" && { reason: "Beyond me." }),
    ...(step === "fail" && { reason: "Broken.", retryable: flag }),
  };
  log.push(`${step} ${nameOf(world, task)} by ${by.kind} ${JSON.stringify(input)}`);
  const expected = barred(world, by, HOLDER_OPERATIONS[step]) ?? holderSteps[step](world, task, by, fence, flag);
  expect((await ask(HOLDER_OPERATIONS[step], actor, input)).code).toBe(expected);
}

async function giverStep({ world, actors, roll, log }: Story): Promise<void> {
  const step = roll.sure(["cancel", "assign", "answer", "retry"] as const);
  const fitting = world.tasks.filter((task) => isOpen(task) !== (step === "retry"));
  const task = roll.oneOf(roll.chance(0.8) ? fitting : world.tasks);
  const { by, actor } = roll.sure(actors);
  const to = roll.sure(world.agents);
  if (!task) return;
  log.push(`${step} ${nameOf(world, task)} by ${by.kind}`);
  if (step === "cancel") {
    const expected = barred(world, by, cancelTask) ?? giverSteps.cancel(world, task, by);
    expect((await ask(cancelTask, actor, { id: task.id })).code).toBe(expected);
  } else if (step === "assign") {
    const expected = barred(world, by, assignTask) ?? giverSteps.assign(world, task, by, to);
    expect((await ask(assignTask, actor, { id: task.id, assigned_to_agent_id: to.id })).code).toBe(expected);
  } else if (step === "answer") {
    const expected = barred(world, by, answerTask) ?? giverSteps.answer(world, task, by);
    expect((await ask(answerTask, actor, { id: task.id, answer: "Yes." })).code).toBe(expected);
  } else {
    const { code, output } = await ask(retryTask, actor, { id: task.id });
    expect(code).toBe(barred(world, by, retryTask) ?? giverSteps.mayRetry(world, task, by));
    if (code === "ok") giverSteps.retried(world, task, by, (output as { id: string }).id);
  }
}

async function acceptStep({ world, workspace, actors, roll, log }: Story): Promise<void> {
  const { rows } = await app().admin.query(
    `select subject_id as id, id as event_id, data->>'step' as step from facts
     where workspace_id = $1 and type = 'task.late_result' order by seq`,
    [workspace.id],
  );
  const late = roll.oneOf(rows);
  const { by, actor } = roll.sure(actors);
  const task = world.tasks.find(({ id }) => id === late?.id);
  if (!task) return;
  const { step, ...input } = late;
  log.push(`accept ${step} of ${nameOf(world, task)} by ${by.kind}`);
  const expected = barred(world, by, acceptLateTask) ?? acceptLate(world, task, by, step);
  expect((await ask(acceptLateTask, actor, input)).code).toBe(expected);
}

async function create({ world, actors, roll, log }: Story): Promise<void> {
  const { by, actor } = roll.sure(actors);
  const own = world.tasks.filter((task) => isOpen(task) && (by.kind === "user" || task.assignee.id === by.id));
  const parent = roll.chance(0.6) ? roll.oneOf(roll.chance(0.85) ? own : world.tasks) : undefined;
  const dependency = roll.chance(0.25) ? roll.oneOf(world.tasks) : undefined;
  const wanted = {
    assignee: roll.sure(world.agents),
    parent,
    dependsOn: dependency ? [dependency] : [],
    priority: roll.upTo(3),
    maxAttempts: roll.chance(0.2) ? 9 : 1 + roll.upTo(3),
    budget: roll.chance(0.35) ? roll.upTo(5) * NANOS_PER_USD : undefined,
    estimate: roll.upTo(3) * NANOS_PER_USD,
  };
  const input = {
    title: `Task ${world.tasks.length}`,
    assigned_to_agent_id: wanted.assignee.id,
    priority: wanted.priority,
    max_attempts: wanted.maxAttempts,
    ...(parent && { parent_task_id: parent.id }),
    ...(dependency && { depends_on: [dependency.id] }),
    ...(wanted.budget !== undefined && { budget_usd: wanted.budget / NANOS_PER_USD }),
    estimated_cost_usd: wanted.estimate / NANOS_PER_USD,
  };
  log.push(`create ${JSON.stringify(input)} by ${by.kind}`);
  const { code, output } = await ask(createTask, actor, input);
  expect(code).toBe(barred(world, by, createTask) ?? mayCreate(world, by, wanted));
  if (code !== "ok") return;
  const task = add(world, (output as { id: string }).id, by, wanted);
  if (task.maxAttempts > FAILED_BEFORE) {
    task.failed = FAILED_BEFORE;
    await app().admin.query("update tasks set failed_attempts = $2 where id = $1", [task.id, FAILED_BEFORE]);
  }
}

async function claimSome({ world, actors, roll, log }: Story): Promise<void> {
  const { by, actor } = roll.sure(actors.filter(({ by }) => by.kind === "agent"));
  const limit = 1 + roll.upTo(3);
  log.push(`claim ${limit} by ${by.id}`);
  const expected = claim(world, agentOf(world, by), limit);
  const { output } = await ask(claimTasks, actor, { limit });
  const { items } = output as { items: { id: string; fence: number }[] };
  expect(items.map(({ id, fence }) => [id, fence])).toEqual(expected.map(({ id, fence }) => [id, fence]));
}

async function letTimePass({ world, workspace, roll, log }: Story): Promise<void> {
  world.now += roll.sure([1_000, 5_000, 20_000, 65_000]);
  if (roll.chance(0.3)) return;
  keepClear(world);
  for (let more = true; more; ) {
    log.push("sweep");
    const ended = sweep(world);
    expect(await sweepTurn(app(), workspace.id)).toMatchObject({ leases_ended: ended });
    more = ended > 0;
  }
}

async function pauseOrResume({ world, actors, roll, log }: Story): Promise<void> {
  const agent = roll.sure(world.agents);
  log.push(`${agent.isPaused ? "resume" : "pause"} ${agent.id}`);
  const owner = roll.sure(actors.slice(0, 1)).actor;
  await ask(agent.isPaused ? resumeAgent : pauseAgent, owner, { id: agent.id });
  agent.isPaused = !agent.isPaused;
  world.facts++;
}

/** Returns the code that a paused agent gets, unless the operation is allowed to it. */
function barred({ agents }: World, { id }: By, { whilePaused }: { whilePaused?: true }): Answer | undefined {
  return !whilePaused && agents.some((agent) => agent.id === id && agent.isPaused) ? "agent_paused" : undefined;
}

function agentOf({ agents }: World, { id }: By): Agent {
  const agent = agents.find((one) => one.id === id);
  if (!agent) throw new Error(`There is no agent ${id}.`);
  return agent;
}

const nameOf = ({ tasks }: World, task: ModelTask) => `#${tasks.indexOf(task)}`;

/** Moves the clock of the server from just before the end of a lease or a wait to just after it. */
function keepClear(world: World): void {
  world.now += 20;
  const ends = world.tasks.filter(isOpen).flatMap(({ leaseEnds, availableAt }) => [leaseEnds ?? 0, availableAt]);
  const next = ends.filter((end) => end > world.now && end - world.now < BOUNDARY_MS);
  if (next.length > 0) {
    world.now = Math.max(...next) + 50;
    keepClear(world);
  }
  app().clock.offsetMs = world.now - Date.now();
}

async function tell(story: Story): Promise<void> {
  const moves = [
    create,
    create,
    claimSome,
    holderStep,
    holderStep,
    holderStep,
    holderStep,
    giverStep,
    letTimePass,
    acceptStep,
  ];
  for (let step = 0; step < STEPS; step++) {
    keepClear(story.world);
    await (story.roll.chance(0.03) ? pauseOrResume : story.roll.sure(moves))(story);
    await compareWorld(app(), story.workspace.id, story.world);
  }
}

describe("stories of tasks", () => {
  // The jitter of a wait is the middle, so that a seed always gives the same story.
  beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));
  afterEach(() => {
    vi.restoreAllMocks();
    app().clock.offsetMs = 0;
  });

  it.each(SEEDS)("seed %i: the server follows the contract at every step", async (seed) => {
    const story = await aStory(seed);
    try {
      await tell(story);
    } catch (error) {
      const last = story.log.slice(-12).join("\n  ");
      throw new Error(`BAILIWICK_MODEL_SEED=${seed}, step ${story.log.length}:\n  ${last}`, { cause: error });
    }
  });
});
