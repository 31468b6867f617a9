/** Pools: the agents with a role or with tags, whose tasks wait in one queue. */
import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { openGate } from "../../gate/index.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { Problem } from "../../kernel/problem.ts";
import { findStop } from "../../stops/index.ts";
import type { TaskRow } from "../schema.ts";

/** The role or the tags of a pool. One of them is null. */
export type Wanted = Pick<TaskRow, "assigned_role" | "assigned_tags">;

const FIND = "select id from pools where workspace_id = $1 and name = $2";
const INSERT = `insert into pools (workspace_id, id, name, role, tags) values ($1, $2, $3, $4, $5::text[])
on conflict do nothing returning id`;

/** Returns the id of the pool. Creates the pool, and its gate, for its first task. */
export async function poolOf(tx: Tx, { assigned_role: role, assigned_tags: tags }: Wanted): Promise<string> {
  const name = role ?? createHash("sha256").update(JSON.stringify(tags)).digest("hex");
  const find = async () => (await tx.statement<{ id: string }>("pools.find", FIND, [tx.workspace, name]))[0]?.id;
  const found = await find();
  if (found) return found;
  const id = uuidv7();
  const [made] = await tx.statement<{ id: string }>("pools.insert", INSERT, [tx.workspace, id, name, role, tags]);
  const stop_id = await findStop(tx, "starts");
  if (made) await openGate(tx, { agent_id: id, pool_id: id, status: "active", running_max: null, stop_id });
  const pool = made?.id ?? (await find());
  if (!pool) throw new Error("The pool was neither found nor made.");
  return pool;
}

/** The most pools with open tasks in a workspace. Each claim looks at all of them. */
const OPEN_POOLS_MAX = 100;

/**
 * Returns the parts of a recursive statement that find the pools with open tasks, one look into the index for each. In a
 * workspace without such tasks, that is one look into an empty part of the index. `$1` is the workspace.
 */
export const OPEN_POOLS = `open_pool_ids(id) as (
  (select pool_id from tasks where workspace_id = $1 and pool_id is not null and status in ('queued', 'running', 'blocked')
    order by pool_id limit 1)
  union all
  select (select t.pool_id from tasks t where t.workspace_id = $1 and t.pool_id > o.id
    and t.status in ('queued', 'running', 'blocked') order by t.pool_id limit 1) from open_pool_ids o where o.id is not null
), open_pools as (
  select p.pools from open_pool_ids o
    cross join lateral (select pools from pools where workspace_id = $1 and id = o.id offset 0) p
)`;

/**
 * Returns SQL of agents with their role and their tags, for `FITS`. The agents are those of a part with `agent_id`. Each is
 * reached by its key, so the cost does not depend on the number of agents.
 */
export const membersOf = (part: string, more = "") => `select p.*, a.tags, r.role
  from ${part} p
    cross join lateral (select tags from agents where workspace_id = $1 and id = p.agent_id offset 0) a
    left join lateral (select role from agent_roles where workspace_id = $1 and agent_id = p.agent_id offset 0) r on true
  where exists (select from open_pool_ids where id is not null) ${more}`;

/** True for a pool of `open_pools` and a member `m` with the role or all the tags of the pool. */
export const FITS = "(m.role = (pools).role or m.tags @> (pools).tags)";

const COUNT = `with recursive ${OPEN_POOLS} select count(*)::int as open from open_pools`;

/** Throws when too many pools have open tasks. Calls that create tasks hold the count of open tasks, so they count in turn. */
export async function requireRoomForPool(tx: Tx): Promise<void> {
  const [row] = await tx.statement<{ open: number }>("pools.count", COUNT, [tx.workspace]);
  if (row === undefined || row.open <= OPEN_POOLS_MAX) return;
  const message = `Open tasks name ${OPEN_POOLS_MAX} different roles and sets of tags, which is the most.`;
  throw new Problem("open_tasks_limit", message, { next_step: "Name a role or tags that other open tasks name." });
}

const FITTING = `with recursive ${OPEN_POOLS}, members as (${membersOf("(select $2::uuid as agent_id)")})
select (pools).id from open_pools join members m on ${FITS} order by id`;

/** Returns the ids of the pools with open tasks whose tasks the agent may take. */
export async function listPools(tx: ReadTx, agentId: string): Promise<string[]> {
  const rows = await tx.statement<{ id: string }>("pools.fitting", FITTING, [tx.workspace, agentId]);
  return rows.map(({ id }) => id);
}

/** Each pool without an agent that can take its tasks now, with the reason that is the easiest to end. */
const STUCK = `with recursive ${OPEN_POOLS}, members as materialized (
  ${membersOf(`(select agent_id, case when g.status = 'archived' then 4 when g.status = 'paused' or g.stop_id is not null then 3
      when g.agent_id = any($2::uuid[]) then 2 when gate_refusal(g, bailiwick_now()) is not null then 1 else 0 end as state
    from gates g where g.workspace_id = $1 and g.pool_id is null)`)}
)
select (pools).id, case min(m.state) when 1 then 'pool_at_limit' when 2 then 'pool_away' when 3 then 'pool_paused'
  when 4 then 'pool_archived' else 'pool_empty' end as code
from open_pools left join members m on ${FITS}
group by 1 having min(m.state) is distinct from 0`;

export type PoolCode = "pool_empty" | "pool_archived" | "pool_paused" | "pool_away" | "pool_at_limit";

/** Returns the pools whose tasks no agent can take now, each with the reason. `away` are the agents without a recent call. */
export async function stuckPools(tx: ReadTx, away: readonly string[]): Promise<Map<string, PoolCode>> {
  const rows = await tx.statement<{ id: string; code: PoolCode }>("pools.stuck", STUCK, [tx.workspace, [...away]]);
  return new Map(rows.map(({ id, code }) => [id, code]));
}

/** The tasks that one turn of the sweep returns to their pools. */
const RETURNED_MAX = 100;

const RETURN_KEPT = `
with kept as materialized (
  select id, assigned_to_agent_id from tasks where workspace_id = $1 and status = 'queued'
    and pool_id <> assigned_to_agent_id and available_at <= bailiwick_now() - make_interval(secs => $2)
  order by available_at, id limit ${RETURNED_MAX} for no key update skip locked
)
update tasks t set assigned_to_agent_id = t.pool_id, updated_at = bailiwick_now()
from kept k where t.workspace_id = $1 and t.id = k.id
returning t.id, k.assigned_to_agent_id, t.pool_id, t.attempt`;

export type ReturnedTask = Pick<TaskRow, "id" | "assigned_to_agent_id" | "pool_id" | "attempt">;

/** Returns to its pool each task that waited for its agent for so long. The rows name that agent. */
export async function returnKept(tx: Tx, keptSeconds: number): Promise<ReturnedTask[]> {
  return tx.statement<ReturnedTask>("tasks.return-kept", RETURN_KEPT, [tx.workspace, keptSeconds]);
}
