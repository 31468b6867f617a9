/** Many claims in one statement, and the reasons why tasks were skipped. */
import {
  CAPS_OF_CLAIM,
  type Estimate,
  estimateSource,
  RESETS_AT,
  TIGHTEST_COLUMNS,
  tightestCap,
} from "../../caps/index.ts";
import { debit, gateColumns, type Refusal, type RefusalNumbers, refusalOf, startsOf } from "../../gate/index.ts";
import type { Statement } from "../../kernel/db/batch.ts";
import { listOf } from "../../kernel/db/columns.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { type FactRow, insertFactsOf } from "../../kernel/facts/insert.ts";
import { STOPPED_TREES } from "../../stops/index.ts";
import { TASK_COLUMNS } from "../schema.ts";
import { joinAnswer } from "./answers.ts";
import { joinLateResult, LATE_COLUMNS, type WithLateColumns } from "./events.ts";
import { FITS, membersOf, OPEN_POOLS } from "./pools.ts";

export interface ClaimCall {
  place: number;
  agent_id: string;
  wanted: number;
  lease_seconds: number;
  /** The fact of a start, without the task. The statement adds the task. */
  fact: FactRow | undefined;
  /** One id for each wanted task. */
  fact_ids: string[];
}

const STARTED_FACT = `s.fact || jsonb_build_object('id', s.fact_id, 'subject_id', s.id, 'data', s.fact->'data' ||
    jsonb_build_object('attempt', s.attempt, 'fence', s.fence, 'lease_expires_at',
      to_char(s.lease_expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`;

/**
 * Locks the gates of the agents first; a gate gives the number of tasks that its agent may start. The count of the gates
 * makes PostgreSQL lock all of them before the first task. Then each agent gets its next tasks in order, without the
 * tasks that another transaction has locked, and its calls share the tasks in the order of the calls. A stop of starts is in
 * the gate or among the stopped trees: it ran alone in its workspace, so this statement began before it and ended before
 * it committed, or sees it. The ordinary way
 * serves an agent whose next tasks include one with a budget or do not fit under a cap, and an agent of a pool that has
 * queued tasks. Tasks on the
 * list of endings are skipped; a task that is listed during the claim starts, and the sweep ends the task while it runs.
 */
const CLAIM = `
with recursive calls as materialized (
  select a.*, sum(wanted) over (partition by agent_id order by place) as upto
  from jsonb_to_recordset($2::jsonb) as a(place int, agent_id uuid, wanted int, lease_seconds int, fact jsonb,
    fact_ids uuid[])
), gate as materialized (
  select g.agent_id, ${startsOf("g", "a.wanted")} as starts
  from (select agent_id, sum(wanted)::int as wanted from calls group by agent_id) a
    join gates g on g.workspace_id = $1 and g.agent_id = a.agent_id
  order by g.agent_id for no key update of g
), room as materialized (
  select g.agent_id, g.starts, h.usual_nanos, h.default_nanos from gate g
    left join spend_habits h on h.workspace_id = $1 and h.agent_id = g.agent_id
  where (select count(*) from gate) > 0
), picked as materialized (
  select r.agent_id, t.id, t.priority, t.budget_task_id is not null as budgeted, t.estimate, t.source
  from room r cross join lateral (
    select id, priority, budget_task_id, start_estimate(tasks, r.usual_nanos) as estimate,
      ${estimateSource("tasks", "r")} as source from tasks
    where workspace_id = $1 and assigned_to_agent_id = r.agent_id and status = 'queued' and open_dependencies = 0
      and available_at <= bailiwick_now() and root_task_id <> all(${STOPPED_TREES})
      and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = tasks.id)
    order by priority desc, id limit r.starts for no key update skip locked
  ) t
), caps as materialized (
  ${CAPS_OF_CLAIM.locked}
), ${OPEN_POOLS}, members as materialized (
  ${membersOf("room", "and p.starts > 0")}
), pooled as materialized (
  select distinct m.agent_id from open_pools cross join lateral (select from tasks t
      where t.workspace_id = $1 and t.assigned_to_agent_id = (pools).id and t.status = 'queued' and t.open_dependencies = 0
        and t.available_at <= bailiwick_now() limit 1) waiting
    join members m on ${FITS}
), others as materialized (
  select agent_id from picked where budgeted union select agent_id from pooled union ${CAPS_OF_CLAIM.tight}
), numbered as materialized (
  select p.agent_id, p.id, p.estimate, p.source, row_number() over (partition by p.agent_id order by p.priority desc, p.id) as number,
    sum(p.estimate) over (partition by p.agent_id order by p.priority desc, p.id) as upto
  from picked p where p.agent_id not in (select agent_id from others)
), dealt as materialized (
  select n.id, n.number, n.source, case when ${CAPS_OF_CLAIM.isCapped("n.agent_id")} then n.estimate end as estimate, a.place, a.agent_id, a.lease_seconds,
    case when w.policies is null then a.fact else jsonb_set(a.fact, '{data,would_have_blocked}', w.policies) end as fact, a.fact_ids[n.number - (a.upto - a.wanted)] as fact_id
  from numbered n join calls a on a.agent_id = n.agent_id and n.number > a.upto - a.wanted and n.number <= a.upto
    left join lateral (${CAPS_OF_CLAIM.wouldBlock("n.agent_id", "n.upto")}) w on true
), started as (
  update tasks t set status = 'running', fence = t.fence + 1,
    attempt = case when t.started_at is null then 1 else t.attempt + 1 end,
    is_seen = false, lease_seconds = d.lease_seconds, lease_expires_at = bailiwick_now() + make_interval(secs => d.lease_seconds),
    cap_estimate_nanos = d.estimate, attempt_started_at = bailiwick_now(), started_at = coalesce(t.started_at, bailiwick_now()), updated_at = bailiwick_now()
  from dealt d where t.workspace_id = $1 and t.id = d.id
  returning d.place, d.number, d.source, d.fact, d.fact_id, ${listOf(TASK_COLUMNS, "t")}
), debited as (
  update gates g set ${debit("g", "s.started")}
  from (select assigned_to_agent_id as agent_id, count(*)::int as started from started group by 1) s
  where g.workspace_id = $1 and g.agent_id = s.agent_id
), reserved as (
  ${CAPS_OF_CLAIM.reserved}
), counted as (
  ${CAPS_OF_CLAIM.counted}
), logged as (
  ${insertFactsOf("started", STARTED_FACT)}
)
select b.others, s.place, s.number, ${listOf(TASK_COLUMNS, "s")}, ${LATE_COLUMNS}, m.content as answer,
  gate_model(g, bailiwick_now()) as allowed_model, case when s.cap_estimate_nanos is not null then s.source end as estimate_source
from (select array_agg(agent_id) as others from others) b left join started s on true
  ${joinLateResult("s")}
  ${joinAnswer("s")}
  left join gates g on g.workspace_id = $1 and g.agent_id = s.assigned_to_agent_id
order by s.place, s.number`;

/** The statement returns at least one row, which lists the agents that the ordinary way serves. */
export type ClaimedRow = WithLateColumns & {
  answer: string | null;
  allowed_model: string | null;
  estimate_source: Estimate["source"] | null;
  place: number | null;
  others: string[] | null;
};

export interface TakenTasks {
  /** The tasks by the place of the call. */
  taken: Map<number, ClaimedRow[]>;
  /** The agents whose next tasks a budget pays, a pool has or a cap may refuse. They got no tasks. */
  others: Set<string>;
}

export function claimPlainTasks(calls: readonly ClaimCall[]): Statement {
  return { name: "tasks.claim", text: CLAIM, values: [JSON.stringify(calls)] };
}

export function takenTasks(rows: readonly ClaimedRow[]): TakenTasks {
  const result: TakenTasks = { taken: new Map(), others: new Set(rows[0]?.others) };
  for (const row of rows) {
    if (row.place === null) continue;
    const tasks = result.taken.get(row.place) ?? [];
    tasks.push(row);
    result.taken.set(row.place, tasks);
  }
  return result;
}

/** The tasks of an agent that `skipped` lists. */
export const SKIPPED_SHOWN = 10;
/** The tasks of an agent that one look compares with its caps or with stopped trees. */
const LOOKED_AT_MAX = 50;

/** When the gate or an exceeded cap refuses, all queued tasks are skipped; otherwise tasks that wait for others, for their backoff or for a cap. */
const SKIPPED = `
with gate as materialized (
  select ${gateColumns("g")}, ${TIGHTEST_COLUMNS}, c.cap_left, h.usual_nanos,
    coalesce(gate_refusal(g, bailiwick_now()), case when c.cap_left < 0 then 'cap' end) as refusal
  from gates g left join spend_habits h on h.workspace_id = $1 and h.agent_id = g.agent_id
    left join lateral (${tightestCap("g.agent_id")}) c on true
  where g.workspace_id = $1 and g.agent_id = any($2::uuid[])
)
select ${gateColumns("g")}, ${TIGHTEST_COLUMNS.replaceAll("c.", "g.")}, ${RESETS_AT} as resets_at,
  t.id as task_id, t.open_dependencies, t.available_at, t.estimate, coalesce(g.refusal, t.waits_for) as code
from gate g cross join lateral (
  (select id, open_dependencies, available_at, null as waits_for, start_estimate(tasks, g.usual_nanos) as estimate from tasks
    where workspace_id = $1 and assigned_to_agent_id = g.agent_id and status = 'queued' and open_dependencies = 0
      and g.refusal is not null
    order by priority desc, id limit ${SKIPPED_SHOWN})
  union all
  (select id, open_dependencies, available_at,
      case when failed_dependency_count > 0 then 'dependency_failed' else 'dependencies' end, 0 from tasks
    where workspace_id = $1 and assigned_to_agent_id = g.agent_id and status = 'queued' and open_dependencies > 0
    order by priority desc, id limit ${SKIPPED_SHOWN})
  union all
  (select id, open_dependencies, available_at, 'backoff', 0 from tasks
    where workspace_id = $1 and assigned_to_agent_id = g.agent_id and status = 'queued' and failed_attempts > 0
      and open_dependencies = 0 and available_at > bailiwick_now() and g.refusal is null
    order by priority desc, id limit ${SKIPPED_SHOWN})
  union all
  (select id, open_dependencies, available_at, 'tree_stopped', 0 from (
      select id, open_dependencies, available_at, root_task_id from tasks
      where workspace_id = $1 and assigned_to_agent_id = g.agent_id and status = 'queued' and open_dependencies = 0
        and g.refusal is null and cardinality(${STOPPED_TREES}) > 0
      order by priority desc, id limit ${LOOKED_AT_MAX}) q
    where root_task_id = any(${STOPPED_TREES}) limit ${SKIPPED_SHOWN})
  union all
  (select id, open_dependencies, available_at, 'cap', estimate from (
      select id, open_dependencies, available_at, start_estimate(tasks, g.usual_nanos) as estimate from tasks
      where workspace_id = $1 and assigned_to_agent_id = g.agent_id and status = 'queued' and open_dependencies = 0
        and available_at <= bailiwick_now() and g.refusal is null and g.cap_left is not null
      order by priority desc, id limit ${LOOKED_AT_MAX}) q
    where estimate > g.cap_left limit ${SKIPPED_SHOWN})
  limit ${SKIPPED_SHOWN}
) t`;

export interface SkippedTask {
  task_id: string;
  code: string;
  reason: string;
}

export function skippedTask(id: string, { code, reason }: Refusal): SkippedTask {
  return { task_id: id, code, reason };
}

export interface SkippedRow extends Omit<RefusalNumbers, "payer_id" | "left" | "needed"> {
  agent_id: string;
  task_id: string;
  code: Exclude<Refusal["code"], "budget">;
}

export function skippedTasks(agentIds: readonly string[]): Statement {
  return { name: "tasks.skipped", text: SKIPPED, values: [[...new Set(agentIds)]] };
}

export function skippedByAgent(rows: readonly SkippedRow[]): Map<string, SkippedTask[]> {
  const byAgent = new Map<string, SkippedTask[]>();
  for (const row of rows) {
    const tasks = byAgent.get(row.agent_id) ?? [];
    tasks.push(skippedTask(row.task_id, refusalOf(row.code, row)));
    byAgent.set(row.agent_id, tasks);
  }
  return byAgent;
}

export async function listSkipped(tx: ReadTx, agentId: string): Promise<SkippedTask[]> {
  const { name, text, values } = skippedTasks([agentId]);
  const rows = await tx.statement<SkippedRow>(name, text, [tx.workspace, ...values]);
  return skippedByAgent(rows).get(agentId) ?? [];
}

/**
 * The conditions are those of the claim: an agent without a mark would get no task. A pool marks as many agents as it has
 * tasks, those with the fewest running tasks first.
 */
const MARKS = `
with recursive ${OPEN_POOLS}, able as materialized (
  select g.agent_id, g.running, h.usual_nanos, caps_left($1, g.agent_id, bailiwick_now()) as cap_left from gates g
    left join spend_habits h on h.workspace_id = $1 and h.agent_id = g.agent_id
  where g.workspace_id = $1 and g.agent_id = any($2::uuid[]) and gate_refusal(g, bailiwick_now()) is null
), members as materialized (${membersOf("able")}
), waiting_pools as materialized (
  select pools, waiting from open_pools cross join lateral (select count(*) as waiting from (select from tasks t
    where t.workspace_id = $1 and t.assigned_to_agent_id = (pools).id and t.status = 'queued' and t.open_dependencies = 0
      and t.available_at <= bailiwick_now() and t.root_task_id <> all(${STOPPED_TREES}) limit 50) counted) w
  where waiting > 0
)
select agent_id, bailiwick_now()::text as mark from able a
where case when a.cap_left is null then exists (select from tasks t
    where t.workspace_id = $1 and t.assigned_to_agent_id = a.agent_id and t.status = 'queued'
      and t.open_dependencies = 0 and t.available_at <= bailiwick_now() and t.root_task_id <> all(${STOPPED_TREES}))
  else exists (select from (select start_estimate(t, a.usual_nanos) as estimate from tasks t
      where t.workspace_id = $1 and t.assigned_to_agent_id = a.agent_id and t.status = 'queued'
        and t.open_dependencies = 0 and t.available_at <= bailiwick_now() and t.root_task_id <> all(${STOPPED_TREES})
      order by t.priority desc, t.id limit ${LOOKED_AT_MAX}) q where q.estimate <= a.cap_left) end
union
select agent_id, bailiwick_now()::text from (
  select m.agent_id, waiting, row_number() over (partition by (pools).id order by m.running, random()) as place
  from waiting_pools join members m on ${FITS}) placed
where place <= waiting`;

/** Returns a new mark for each agent that may be able to take a task. The kernel wakes the callers whose mark changes. */
export async function claimMarks(tx: ReadTx, agentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.statement<{ agent_id: string; mark: string }>("tasks.marks", MARKS, [
    tx.workspace,
    [...agentIds],
  ]);
  return new Map(rows.map(({ agent_id, mark }) => [agent_id, mark]));
}
