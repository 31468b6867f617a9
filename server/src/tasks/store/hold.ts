/** Heartbeats and completions of many callers in one statement each. Whatever does not fit goes the ordinary way. */
import type { Statement } from "../../kernel/db/batch.ts";
import { type FactRow, insertFactsOf } from "../../kernel/facts/insert.ts";
import { countRows } from "./open.ts";
import { TASK_COLUMNS, type TaskRow } from "./tasks.ts";

const columnsOf = (table: string) => TASK_COLUMNS.map((name) => `${table}.${name}`).join(", ");

/** The caller still holds the task: its fence, its lease. */
const HELD = `t.workspace_id = $1 and t.id = a.id and t.status = 'running' and t.fence = a.fence
    and t.assigned_to_agent_id = a.agent_id and (t.lease_expires_at is null or t.lease_expires_at > bailiwick_now())`;

const HEARTBEAT = `
with asked as materialized (
  select * from jsonb_to_recordset($2::jsonb) as a(place int, id uuid, agent_id uuid, fence int, lease_seconds int,
    fact jsonb)
), locked as materialized (
  select t.id from tasks t join (select distinct id from asked) a on t.id = a.id
  where t.workspace_id = $1 order by t.depth, t.id for no key update of t
), beating as (
  update tasks t set
    lease_seconds = coalesce(a.lease_seconds, t.lease_seconds),
    lease_expires_at = case when t.lease_expires_at is null then null
      else least(bailiwick_now() + make_interval(secs => coalesce(a.lease_seconds, t.lease_seconds)),
        t.attempt_started_at + make_interval(secs => $3)) end,
    updated_at = bailiwick_now()
  from asked a join locked l on l.id = a.id
  where ${HELD} and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = t.id)
  returning a.place, a.fact, ${columnsOf("t")}
), logged as (
  ${insertFactsOf("(select fact from beating where fact is not null)")}
)
select place, ${TASK_COLUMNS.join(", ")} from beating`;

export interface Beat {
  place: number;
  id: string;
  agent_id: string;
  fence: number;
  lease_seconds: number | null;
  /** The fact of its progress, if it tells any. */
  fact?: FactRow | undefined;
}

export type PlacedTask = TaskRow & { place: number };

/** One beat a task; the caller sees to that. No lease goes beyond `runSecondsMax` from the start of its attempt. */
export function heartbeatTasks(beats: readonly Beat[], runSecondsMax: number): Statement {
  return { name: "tasks.heartbeat", text: HEARTBEAT, values: [JSON.stringify(beats), runSecondsMax] };
}

/**
 * Gates are held first, then the tasks and their parents in the order of depth and id. A task that others depend on,
 * that a budget pays for or that has open children is left to the ordinary way.
 */
const COMPLETE = `
with asked as materialized (
  select * from jsonb_to_recordset($2::jsonb) as a(place int, id uuid, agent_id uuid, fence int, output jsonb,
    fact jsonb)
), gate as materialized (
  select g.agent_id from (select distinct agent_id from asked) a
    join gates g on g.workspace_id = $1 and g.agent_id = a.agent_id
  order by g.agent_id for no key update of g
), touched as materialized (
  select id from asked
  union
  select t.parent_task_id from asked a join tasks t on t.workspace_id = $1 and t.id = a.id
), locked as materialized (
  select t.id from touched a join tasks t on t.workspace_id = $1 and t.id = a.id
  where (select count(*) from gate) > 0
  order by t.depth, t.id for no key update of t
), done as (
  update tasks t set status = 'completed', output = nullif(a.output, 'null'), result_of_attempt = t.attempt,
    lease_expires_at = null, finished_at = bailiwick_now(), updated_at = bailiwick_now()
  from asked a join locked l on l.id = a.id
  where ${HELD} and t.open_children = 0 and t.dependent_count = 0 and t.budget_task_id is null
  returning a.place, a.fact, ${columnsOf("t")}
), freed as (
  update gates g set running = g.running - d.done
  from (select assigned_to_agent_id as agent_id, count(*)::int as done from done group by 1) d
  where g.workspace_id = $1 and g.agent_id = d.agent_id
), told as (
  update tasks p set open_children = p.open_children - d.done
  from (select parent_task_id, count(*)::int as done from done where parent_task_id is not null group by 1) d
  where p.workspace_id = $1 and p.id = d.parent_task_id
), closed as (
  ${countRows("ended", "done")}
), logged as (
  ${insertFactsOf("done", "jsonb_set(s.fact, '{data,attempt}', to_jsonb(s.attempt))")}
)
select place, ${TASK_COLUMNS.join(", ")} from done`;

export interface Completion {
  place: number;
  id: string;
  agent_id: string;
  fence: number;
  output: unknown;
  /** The fact of the completion; the statement adds the number of the attempt. */
  fact: FactRow;
}

/** One completion a task; the caller sees to that. */
export function completeTasks(completions: readonly Completion[]): Statement {
  return { name: "tasks.complete", text: COMPLETE, values: [JSON.stringify(completions)] };
}
