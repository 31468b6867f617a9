/** Random steps at once, on two servers: the counters of caps always equal a recount, and no start passes a cap. */
import { expect, test } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { dice as createDice } from "../../test/harness/dice.ts";
import { aWorkspace, createSecondApp, type TestApp, type TestWorkspace, useApp } from "../../test/harness/harness.ts";
import { later, runJobs, sweep } from "../../test/harness/team.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { liftStop } from "../stops/operations/lift-stop.ts";
import { cancelTask } from "../tasks/operations/cancel-task.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { releaseTask } from "../tasks/operations/release-task.ts";
import { riskJobs } from "./jobs.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { updatePolicy } from "./operations/update-policy.ts";

const app = useApp();
const ROUNDS = 20;
const AT_ONCE = 8;
/** In cents, so that sums are exact. */
const ESTIMATES = [0, 5, 10, 25];

type Dice = ReturnType<typeof createDice>;

interface Running {
  id: string;
  fence: number;
  agent: Actor;
}

interface World {
  dice: Dice;
  apps: readonly TestApp[];
  workspace: TestWorkspace;
  agents: readonly Actor[];
  policies: readonly string[];
  running: Running[];
}

type Act = (world: World, on: TestApp, agent: Actor) => Promise<unknown>;

/** Takes a running task out of the list, so that no two steps of a round end the same one. */
function takeRunning({ dice, running }: World): Running | undefined {
  return running.splice(dice.upTo(Math.max(1, running.length)), 1)[0];
}

const ends =
  (end: (on: TestApp, task: Running, world: World) => Promise<unknown>): Act =>
  async (world, on) => {
    const task = takeRunning(world);
    if (task) await end(on, task, world);
  };

const ACTS: readonly Act[] = [
  ({ workspace, dice }, on, agent) =>
    aTask(on, workspace.owner, agent, { estimated_cost_usd: dice.sure(ESTIMATES) / 100, max_attempts: 20 }),
  async (world, on, agent) => {
    const { items } = await on.call(claimTasks, agent, { limit: 1 + world.dice.upTo(3) });
    for (const { id, fence = 0 } of items) world.running.push({ id, fence, agent });
  },
  async ({ running, dice }, on) => {
    const task = running[dice.upTo(Math.max(1, running.length))];
    const cost_usd = dice.sure(ESTIMATES) / 200;
    if (task) await on.call(ingestEvents, task.agent, { event_type: "llm_call", cost_usd, task_id: task.id });
  },
  (_world, on, agent) => on.call(ingestEvents, agent, { event_type: "llm_call", cost_usd: 0.01 }),
  ends((on, { id, fence, agent }) => on.call(completeTask, agent, { id, fence })),
  ends((on, { id, fence, agent }) => on.call(failTask, agent, { id, fence, reason: "random", retryable: true })),
  ends((on, { id, fence, agent }) => on.call(releaseTask, agent, { id, fence })),
  ends((on, { id }, { workspace }) => on.call(cancelTask, workspace.owner, { id })),
  ends((on, { id, fence, agent }) =>
    on.call(failTask, agent, { id, fence, reason: "random", code: "provider_capacity" }),
  ),
  ({ workspace }, on, agent) => on.call(resumeAgent, workspace.owner, { id: agent.id }),
  // A stop ends the leases of its agent at their next heartbeat, or after two minutes.
  async ({ workspace }, on, agent) => {
    const { id } = await on.call(createStop, workspace.owner, { scope: "agent", id: agent.id, reason: "random" });
    await on.call(liftStop, workspace.owner, { id, reason: "random" });
  },
  ({ policies, dice, workspace }, on) =>
    on.call(updatePolicy, workspace.owner, { id: dice.sure(policies), threshold_value: 1 + dice.upTo(3) }),
];

/** Steps may come too late for one another; anything but a problem is a fault. */
async function tolerant(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
  });
}

const RECOUNT = `
select c.id, c.reserved_nanos::text as reserved, c.used_nanos::text as used, cap_left(c, bailiwick_now())::text as left,
  (select coalesce(sum(case when c.is_list then r.left_list_nanos else r.left_nanos end), 0)::text from spend_reservations r
    where r.workspace_id = c.workspace_id and (c.agent_id is null or r.agent_id = c.agent_id)) as held,
  (select coalesce(sum(case when c.is_list then e.list_cost_nanos else e.cost_nanos end), 0)::text from obs_events e
    where e.workspace_id = c.workspace_id and (c.agent_id is null or e.agent_id = c.agent_id)) as spent,
  (select count(*)::int from spend_reservations r join tasks t on t.workspace_id = r.workspace_id and t.id = r.task_id
    where r.workspace_id = c.workspace_id and t.status <> 'running') as orphans
from spend_caps c where c.workspace_id = $1`;

async function recount({ workspace }: World): Promise<void> {
  const { rows } = await app().admin.query(RECOUNT, [workspace.id]);
  expect(rows).toHaveLength(3);
  for (const { reserved, used, held, spent, orphans } of rows) {
    expect({ reserved, used, orphans }).toEqual({ reserved: held, used: spent, orphans: 0 });
  }
}

const freeReservations = () =>
  runJobs(
    app(),
    riskJobs().filter(({ name }) => name === "reservations"),
  );

test("a reservation that outlived its attempt is found and returned", async () => {
  const workspace = await aWorkspace(app());
  const agent = await anAgent(app(), workspace);
  const { owner } = workspace;
  const { id } = await app().call(createPolicy, owner, { policy_type: "daily_spend_cap", threshold_value: 2 });
  const task = await aTask(app(), owner, agent);
  const { admin } = app();
  await admin.query(
    `insert into spend_reservations (workspace_id, task_id, agent_id, estimate_nanos, left_nanos, left_list_nanos)
     values ($1, $2, $3, 5, 5, 5)`,
    [workspace.id, task.id, agent.id],
  );
  await admin.query("update spend_caps set reserved_nanos = 7 where workspace_id = $1", [workspace.id]);
  await expect(freeReservations()).rejects.toThrow("1 reservations");
  const { rows } = await admin.query("select reserved_nanos::text as reserved from spend_caps where id = $1", [id]);
  expect(rows).toEqual([{ reserved: "2" }]);
  await freeReservations();
});

test.each([1, 2, 3])("seed %i", async (seed) => {
  const second = createSecondApp(app(), { clockOffsetMs: () => app().clock.offsetMs });
  const dice = createDice(seed);
  const workspace = await aWorkspace(app());
  const agents = await Promise.all(Array.from({ length: 3 }, () => anAgent(app(), workspace)));
  const fields = { policy_type: "daily_spend_cap", action_type: "throttle", threshold_value: 2 } as const;
  const made = [
    await app().call(createPolicy, workspace.owner, fields),
    await app().call(createPolicy, workspace.owner, { ...fields, agent_id: agents[0]?.id ?? "", threshold_value: 1 }),
    await app().call(createPolicy, workspace.owner, { ...fields, mode: "shadow", measure: "list" }),
  ];
  const policies = made.map(({ id }) => id);
  const world: World = { dice, apps: [app(), second], workspace, agents, policies, running: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const acts = Array.from({ length: AT_ONCE }, () => {
      const agent = dice.sure(agents);
      return tolerant(dice.sure(ACTS)(world, dice.sure(world.apps), agent));
    });
    await Promise.all(acts);
    await recount(world);
    // The leases of some rounds end.
    if (!dice.chance(0.2)) continue;
    app().clock.offsetMs += 65_000;
    await sweep(app(), workspace.id);
    await recount(world);
  }
  // All leases end, and no reservation is left.
  await later(app(), 120, () => sweep(app(), workspace.id));
  await later(app(), 120, () => sweep(app(), workspace.id));
  await recount(world);
  const { rows } = await app().admin.query("select 1 from spend_reservations where workspace_id = $1", [workspace.id]);
  expect(rows).toEqual([]);
  const { rows: caps } = await app().admin.query(
    "select distinct reserved_nanos::text as reserved from spend_caps where workspace_id = $1",
    [workspace.id],
  );
  expect(caps).toEqual([{ reserved: "0" }]);
  // It fails when it finds one.
  await freeReservations();
  app().clock.offsetMs = 0;
  await second.close();
});
