/** Finds queued tasks that cannot start now. */
import { tightestCap } from "../../caps/index.ts";
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf } from "../../kernel/db/columns.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { STOPPED_TREES } from "../../stops/index.ts";
import { AWAY_AGENTS_MAX, AWAY_TASKS_MAX } from "../gap-schema.ts";
import { ITEM_COLUMNS, type ItemRow } from "../schema.ts";

/** The queued tasks of an agent that one look compares with its caps. */
const CAPPED_MAX = 500;

/**
 * Starts from the agents that cannot take work, from the queued tasks with a budget, from those that do not fit under a cap
 * and from those with a dependency that ended without success, never from the whole queue. The
 * queue of an agent that works may be long and has no gaps.
 */
const GAPS = `
with stuck as materialized (
  select g.agent_id, case when g.agent_id = any($2::uuid[]) then bailiwick_now() else $3 end as since from gates g
  where g.workspace_id = $1 and (gate_refusal(g, bailiwick_now()) is not null or g.agent_id = any($2::uuid[] || $6::uuid[]))
), waiting as (
  select t.id from stuck s cross join lateral (
    select t.id from tasks t
    where t.workspace_id = $1 and t.assigned_to_agent_id = s.agent_id and t.status = 'queued'
      and t.open_dependencies = 0 and t.available_at <= s.since and ($4::uuid is null or t.id > $4)
    order by t.id limit $5) t
  union
  (select t.id from tasks t join tasks p on p.workspace_id = $1 and p.id = t.budget_task_id
  where t.workspace_id = $1 and t.status = 'queued' and t.budget_task_id is not null
    and t.open_dependencies = 0 and t.available_at <= $3 and ($4::uuid is null or t.id > $4)
    and not can_pay(p.budget_left_nanos, t.estimated_cost_nanos)
  order by t.id limit $5)
  union
  (select q.id from gates g join lateral (${tightestCap("g.agent_id")}) c on true
    left join spend_habits h on h.workspace_id = $1 and h.agent_id = g.agent_id
    cross join lateral (select t.id, start_estimate(t, h.usual_nanos) as estimate from tasks t
      where t.workspace_id = $1 and t.assigned_to_agent_id = g.agent_id and t.status = 'queued'
        and t.open_dependencies = 0 and t.available_at <= $3 and ($4::uuid is null or t.id > $4)
      order by t.id limit ${CAPPED_MAX}) q
  where g.workspace_id = $1 and q.estimate > c.cap_left
    and exists (select from spend_caps where workspace_id = $1 and is_binding)
  order by q.id limit $5)
  union
  (select t.id from unnest(${STOPPED_TREES}) as s(id) join tasks t on t.workspace_id = $1
    and (t.id = s.id or t.root_task_id = s.id and t.parent_task_id is not null)
  where t.status = 'queued' and t.open_dependencies = 0 and t.available_at <= $3 and ($4::uuid is null or t.id > $4)
  order by t.id limit $5)
  union
  (select t.id from tasks t
  where t.workspace_id = $1 and t.status = 'queued' and t.failed_dependency_count > 0
    and t.available_at <= $3 and ($4::uuid is null or t.id > $4)
  order by t.id limit $5)
)
select ${listOf(ITEM_COLUMNS, "t")}
from (select id from waiting order by id limit $5) w join tasks t on t.workspace_id = $1 and t.id = w.id
order by t.id`;

const AWAY = `
select a.id as agent_id, n.waiting, n.since as waiting_since
from unnest($2::uuid[]) as a(id) join gates g on g.workspace_id = $1 and g.agent_id = a.id
  cross join lateral (select count(*)::int as waiting, min(s.available_at) as since from (
    select t.available_at from tasks t left join tasks p on p.workspace_id = $1 and p.id = t.budget_task_id
    where t.workspace_id = $1 and t.assigned_to_agent_id = a.id and t.status = 'queued' and t.open_dependencies = 0
      and t.available_at <= bailiwick_now() and can_pay(p.budget_left_nanos, t.estimated_cost_nanos)
    limit ${AWAY_TASKS_MAX}) s) n
where gate_refusal(g, bailiwick_now()) is null and n.waiting > 0
order by n.since, a.id limit ${AWAY_AGENTS_MAX}`;

export interface AwayCount {
  agent_id: string;
  waiting: number;
  waiting_since: string;
}

/** Counts the tasks that wait only because their agent is away. */
export async function countAway(tx: ReadTx, away: readonly string[]): Promise<AwayCount[]> {
  if (away.length === 0) return [];
  return tx.statement<AwayCount>("tasks.count-away", AWAY, [tx.workspace, [...away]]);
}

export interface Stuck {
  /** Agents and pools whose tasks are gaps at once. */
  away: readonly string[];
  /** Pools whose tasks are gaps when they have waited since `since`, as those of an agent at its limit. */
  full: readonly string[];
  since: Date;
  after: string | undefined;
}

/** Returns the tasks in the order of creation. */
export function stuckTasks(tx: ReadTx, { away, full, since, after }: Stuck, rowsMax: number): Rows<ItemRow> {
  const values = [tx.workspace, [...away], since.toISOString(), after ?? null, rowsMax, [...full]];
  return rowsOf("tasks.gaps", GAPS, values);
}

const WITHOUT_LEASE = `select a.id from unnest($2::uuid[]) as a(id)
where not exists (select from tasks t where t.workspace_id = $1 and t.assigned_to_agent_id = a.id
  and t.status = 'running' and t.lease_expires_at > bailiwick_now())
order by a.id`;

/** Returns the agents that hold no running lease. */
export async function withoutLease(tx: ReadTx, agentIds: readonly string[]): Promise<string[]> {
  if (agentIds.length === 0) return [];
  const rows = await tx.statement<{ id: string }>("tasks.without-lease", WITHOUT_LEASE, [tx.workspace, [...agentIds]]);
  return rows.map(({ id }) => id);
}
