/** Heartbeats and completions of many callers in one statement each. The ordinary way handles the calls that do not fit. */
import { capWarnings } from "../../caps/index.ts";
import type { CapWarning } from "../../caps/schema.ts";
import type { Statement } from "../../kernel/db/batch.ts";
import { listOf } from "../../kernel/db/columns.ts";
import { type FactRow, insertFactsOf } from "../../kernel/facts/insert.ts";
import { TASK_COLUMNS, type TaskRow } from "../schema.ts";
import { countRows } from "./open.ts";

/**
 * Locks the tasks of a part with `id` and `depth`, in the order of depth and id. A lateral query reaches each task by
 * its key, so the cost does not depend on the number of open or running tasks.
 */
const lockTasks = (part: string) => `
  select t.* from (select id from ${part} order by depth, id) n
    cross join lateral (select id, assigned_to_agent_id, status, fence, stop_fence, lease_expires_at, open_children, dependent_count,
      budget_task_id, parent_task_id from tasks where workspace_id = $1 and id = n.id for no key update) t`;

/** True for a locked task that the caller holds: by its fence, and by a lease that has not ended. */
const HELD = `l.id = a.id and l.status = 'running' and l.fence = a.fence and l.assigned_to_agent_id = a.agent_id
    and (l.lease_expires_at is null or l.lease_expires_at > bailiwick_now())`;

const HEARTBEAT = `
with calls as materialized (
  select * from jsonb_to_recordset($2::jsonb) as a(place int, id uuid, agent_id uuid, fence int, lease_seconds int,
    fact jsonb)
), named as materialized (
  select t.id, t.depth from (select distinct id from calls) a
    cross join lateral (select id, depth from tasks where workspace_id = $1 and id = a.id offset 0) t
), locked as materialized (${lockTasks("named")}
), held as materialized (
  select a.* from calls a join locked l on ${HELD} and l.stop_fence is distinct from l.fence
    and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = l.id)
), beating as (
  update tasks t set
    lease_seconds = coalesce(a.lease_seconds, t.lease_seconds),
    lease_expires_at = case when t.lease_expires_at is null then null
      else least(bailiwick_now() + make_interval(secs => coalesce(a.lease_seconds, t.lease_seconds)),
        t.attempt_started_at + make_interval(secs => $3)) end,
    is_seen = true, updated_at = bailiwick_now(),
    progressed_at = case when a.fact is null then t.progressed_at else bailiwick_now() end
  from held a where t.workspace_id = $1 and t.id = a.id
  returning a.place, a.fact, ${listOf(TASK_COLUMNS, "t")}
), logged as (
  ${insertFactsOf("(select fact from beating where fact is not null)")}
)
select b.place, ${listOf(TASK_COLUMNS, "b")}, w.warnings
from beating b cross join lateral (${capWarnings("b.assigned_to_agent_id")}) w`;

export interface Beat {
  place: number;
  id: string;
  agent_id: string;
  fence: number;
  lease_seconds: number | null;
  /** The fact of the progress that the call reports, if any. */
  fact?: FactRow | undefined;
}

export type PlacedTask = TaskRow & { place: number };
export type BeatingTask = PlacedTask & { warnings: CapWarning[] };

/** At most one heartbeat for each task. No lease goes beyond `runSecondsMax` from the start of its attempt. */
export function heartbeatTasks(beats: readonly Beat[], runSecondsMax: number): Statement {
  return { name: "tasks.heartbeat", text: HEARTBEAT, values: [JSON.stringify(beats), runSecondsMax] };
}

/**
 * Locks the gates first, then the tasks and their parents in the order of depth and id. The ordinary way completes a
 * task with dependents, a budget or open children, and the last open child of an open parent.
 */
const COMPLETE = `
with calls as materialized (
  select * from jsonb_to_recordset($2::jsonb) as a(place int, id uuid, agent_id uuid, fence int, output jsonb,
    fact jsonb)
), gate as materialized (
  select g.agent_id from (select distinct agent_id from calls) a
    join gates g on g.workspace_id = $1 and g.agent_id = a.agent_id
  order by g.agent_id for no key update of g
), named as materialized (
  select t.id, t.depth, t.parent_task_id from (select distinct id from calls) a
    cross join lateral (select id, depth, parent_task_id from tasks where workspace_id = $1 and id = a.id offset 0) t
  where (select count(*) from gate) > 0
), touched as materialized (
  select id, depth from named union select parent_task_id, depth - 1 from named where parent_task_id is not null
), locked as materialized (${lockTasks("touched")}
), able as materialized (
  select a.*, l.parent_task_id, row_number() over (partition by l.parent_task_id order by a.place) as number
  from calls a join locked l on ${HELD}
    and l.open_children = 0 and l.dependent_count = 0 and l.budget_task_id is null
), held as materialized (
  select a.* from able a left join locked p on p.id = a.parent_task_id
  where p.id is null or p.open_children > a.number or p.status in ('completed', 'failed', 'canceled')
), done as (
  update tasks t set status = 'completed', output = nullif(a.output, 'null'), result_of_attempt = t.attempt,
    lease_expires_at = null, finished_at = bailiwick_now(), updated_at = bailiwick_now()
  from held a where t.workspace_id = $1 and t.id = a.id
  returning a.place, a.fact, ${listOf(TASK_COLUMNS, "t")}
), freed as (
  update gates g set running = g.running - d.done
  from (select assigned_to_agent_id as agent_id, count(*)::int as done from done group by 1) d
  where g.workspace_id = $1 and g.agent_id = d.agent_id
), counted as (
  update tasks p set open_children = p.open_children - d.done
  from (select parent_task_id, count(*)::int as done from done where parent_task_id is not null group by 1) d
  where p.workspace_id = $1 and p.id = d.parent_task_id
), closed as (
  ${countRows("ended", "done")}
), logged as (
  ${insertFactsOf("done", "jsonb_set(s.fact, '{data,attempt}', to_jsonb(s.attempt))")}
)
select place, ${listOf(TASK_COLUMNS)} from done`;

export interface Completion {
  place: number;
  id: string;
  agent_id: string;
  fence: number;
  output: unknown;
  /** The fact of the completion; the statement adds the number of the attempt. */
  fact: FactRow;
}

/** At most one completion for each task. */
export function completeTasks(completions: readonly Completion[]): Statement {
  return { name: "tasks.complete", text: COMPLETE, values: [JSON.stringify(completions)] };
}

/** Returns the first call for each task. The ordinary way handles the other calls of the task, after the first. */
export function firstOfEach<C extends { id: string }>(calls: readonly C[]): C[] {
  const seen = new Set<string>();
  return calls.filter(({ id }) => {
    const first = !seen.has(id);
    seen.add(id);
    return first;
  });
}
