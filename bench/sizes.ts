/** Measures a claim and a page with few tasks and with many tasks. */

import { getOwnState } from "../server/src/agents/operations/get-own-state.ts";
import { listAgents } from "../server/src/agents/operations/list-agents.ts";
import { listAudit, listGovernanceAudit } from "../server/src/audit/operations.ts";
import type { Operation, PublicCommand } from "../server/src/kernel/operation.ts";
import { listEvents } from "../server/src/observability/operations/list-events.ts";
import { claimTasks } from "../server/src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../server/src/tasks/operations/complete-task.ts";
import { createTask } from "../server/src/tasks/operations/create-task.ts";
import { listGaps } from "../server/src/tasks/operations/list-gaps.ts";
import { listTasks } from "../server/src/tasks/operations/list-tasks.ts";
import type { Claimed } from "../server/src/tasks/schema.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { CALLS, FEW_TASKS, MANY_TASKS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

/** Of a thousand tasks, a hundred are completed, ten run without a lease, and the others are queued. Each has a fact. */
const FILL = [
  `insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth, priority, status, fence, finished_at)
   select $1::uuid, t.id, 'Task ' || t.n, ($2::uuid[])[1 + t.n % $3], t.id, 0, t.n % 5,
     case when t.n % 10 = 0 then 'completed' when t.n % 100 = 5 then 'running' else 'queued' end,
     case when t.n % 100 = 5 then 1 else 0 end, case when t.n % 10 = 0 then bailiwick_now() end from (
     select n, (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text || $1::text), 1, 3) || '8'
       || substr(md5($1::text || n::text), 1, 15))::uuid as id from generate_series(1, $4::int) n) t`,
  `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id)
   select workspace_id, id, 'task.created', 'user', $2, 'task', id, assigned_to_agent_id, 'bench' from tasks
   where workspace_id = $1::uuid order by id`,
];

async function filled(cluster: Cluster, tasks: number): Promise<World> {
  const world = await createWorld(cluster, 16);
  const ids = world.workers.map(({ id }) => id);
  say(`filling a workspace with ${tasks} tasks`);
  const [fillTasks = "", fillFacts = ""] = FILL;
  await cluster.admin.query(fillTasks, [world.workspace, ids, ids.length, tasks]);
  await cluster.admin.query(fillFacts, [world.workspace, world.owner.id]);
  return world;
}

type Call = (world: World, number: number) => Promise<unknown>;

const byOwner =
  (operation: Exclude<Operation, PublicCommand>, input: (world: World) => object): Call =>
  (world) =>
    world.app.dispatcher.dispatch(operation, world.owner, { input: input(world), request: requestInfo() });
const byWorker =
  (operation: Exclude<Operation, PublicCommand>): Call =>
  ({ app, workers }, number) => {
    const worker = workers[number % workers.length];
    if (!worker) throw new Error("There are no workers.");
    return app.dispatcher.dispatch(operation, worker, { input: {}, request: requestInfo() });
  };
const claimAndComplete: Call = async ({ app, workers }, number) => {
  const worker = workers[number % workers.length];
  if (!worker) throw new Error("There are no workers.");
  const { output } = await app.dispatcher.dispatch(claimTasks, worker, { input: {}, request: requestInfo() });
  const [task] = (output as Claimed).items;
  const input = { id: task?.id, fence: task?.fence };
  return app.dispatcher.dispatch(completeTask, worker, { input, request: requestInfo() });
};
const workerOf = ({ workers }: World) => workers[0]?.id;
const NEWER = "2000-01-01T00:00:00.000Z";

const CALLS_MEASURED: Record<string, Call> = {
  create: byOwner(createTask, (world) => ({ title: "New", assigned_to_agent_id: workerOf(world) })),
  claim: byWorker(claimTasks),
  "claim and complete": claimAndComplete,
  "state of an agent": byWorker(getOwnState),
  "list of 50": byOwner(listTasks, () => ({ limit: 50 })),
  "list of 50 queued": byOwner(listTasks, () => ({ status: "queued" })),
  "list of running": byOwner(listTasks, () => ({ status: "running" })),
  "list of running of an agent": byOwner(listTasks, (world) => ({
    status: "running",
    assigned_to_agent_id: workerOf(world),
  })),
  "list of an empty time": byOwner(listTasks, () => ({ created_before: NEWER })),
  gaps: byOwner(listGaps, () => ({})),
  "agents list": byOwner(listAgents, () => ({})),
  "audit of an unknown actor": byOwner(listAudit, () => ({ actor_id: "unknown" })),
  "audit of a rare type": byOwner(listAudit, () => ({ type: "agent.created" })),
  "audit of governance": byOwner(listGovernanceAudit, () => ({})),
  "telemetry of a type": byOwner(listEvents, () => ({ event_type: "error" })),
};

export async function measureSizes(cluster: Cluster): Promise<void> {
  const few = await filled(cluster, FEW_TASKS);
  const many = await filled(cluster, MANY_TASKS);
  await cluster.admin.query("vacuum analyze tasks, facts");
  for (const [name, call] of Object.entries(CALLS_MEASURED)) {
    const times: { few: number[]; many: number[] } = { few: [], many: [] };
    for (let round = -1; round < Math.min(ROUNDS, 5); round++) {
      const [a, b] = [await msPerCall(few, call), await msPerCall(many, call)];
      if (round < 0) continue;
      times.few.push(a);
      times.many.push(b);
    }
    print(figure(`${name} at ${FEW_TASKS} tasks`, "ms", times.few));
    print(figure(`${name} at ${MANY_TASKS} tasks`, "ms", times.many));
    print(figure(`${name}: many / few`, "ratio", ratios(times.many, times.few), { is: "at most", value: 1.5 }));
  }
}

/** Returns the average time of one call in a round. */
async function msPerCall(world: World, call: Call): Promise<number> {
  const start = performance.now();
  for (let number = 0; number < CALLS; number++) await call(world, number);
  return (performance.now() - start) / CALLS;
}
