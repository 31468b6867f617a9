/** Measures a claim and a page with few tasks and with many tasks. */
import { claimTasks } from "../server/src/tasks/operations/claim-tasks.ts";
import { listTasksOperation } from "../server/src/tasks/operations/list-tasks.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { CALLS, FEW_TASKS, MANY_TASKS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const FILL = `
insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth, priority)
select $1::uuid, t.id, 'Task ' || t.n, ($2::uuid[])[1 + t.n % $3], t.id, 0, t.n % 5 from (
  select n, (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text || $1::text), 1, 3) || '8'
    || substr(md5($1::text || n::text), 1, 15))::uuid as id from generate_series(1, $4) n) t`;

async function filled(cluster: Cluster, tasks: number): Promise<World> {
  const world = await createWorld(cluster, 16);
  const ids = world.workers.map(({ id }) => id);
  say(`filling a workspace with ${tasks} tasks`);
  await cluster.admin.query(FILL, [world.workspace, ids, ids.length, tasks]);
  return world;
}

type Call = (world: World, number: number) => Promise<unknown>;

const CALLS_MEASURED: Record<string, Call> = {
  claim: ({ app, workers }, number) => {
    const worker = workers[number % workers.length];
    if (!worker) throw new Error("There are no workers.");
    return app.dispatcher.dispatch(claimTasks, worker, { input: {}, request: requestInfo() });
  },
  "list of 50": ({ app, owner }) =>
    app.dispatcher.dispatch(listTasksOperation, owner, { input: { limit: 50 }, request: requestInfo() }),
  "list of 50 queued": ({ app, owner }) =>
    app.dispatcher.dispatch(listTasksOperation, owner, { input: { status: "queued" }, request: requestInfo() }),
};

export async function measureSizes(cluster: Cluster): Promise<void> {
  const few = await filled(cluster, FEW_TASKS);
  const many = await filled(cluster, MANY_TASKS);
  await cluster.admin.query("vacuum analyze tasks");
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
