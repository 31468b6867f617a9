/** The queued tasks of an agent that budgets can pay, and those that they cannot pay. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { TaskRow } from "../schema.ts";

/** The tasks that one statement reads. */
export const PAGE = 50;

export interface Startable {
  id: string;
  priority: number;
  parent_task_id: string | null;
  budget_task_id: string | null;
  /** The price of the start in nano-dollars. `left` is undefined when no budget pays. */
  needed: bigint;
  left: bigint | null;
}

/** Tasks of an agent and its pools that can be paid, in the order of claims. `$5` and `$6` are the payers and their rests. */
const AFFORDABLE = `
select n.* from unnest($2::uuid[]) as q(id) cross join lateral (
  select t.id, t.priority, t.parent_task_id, t.budget_task_id, coalesce(t.estimated_cost_nanos, 0) as needed,
    coalesce(k.remaining, p.budget_left_nanos) as left
  from tasks t
    left join tasks p on p.workspace_id = $1 and p.id = t.budget_task_id
    left join unnest($5::uuid[], $6::bigint[]) as k(id, remaining) on k.id = t.budget_task_id
  where t.workspace_id = $1 and t.assigned_to_agent_id = q.id and t.status = 'queued' and t.open_dependencies = 0
    and t.available_at <= bailiwick_now()
    and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = t.id)
    and can_pay(coalesce(k.remaining, p.budget_left_nanos), t.estimated_cost_nanos)
    and ($3::int is null or t.priority < $3 or t.priority = $3 and t.id > $4)
  order by t.priority desc, t.id limit ${PAGE}) n
order by n.priority desc, n.id limit ${PAGE}`;

/** Returns the next tasks after `after` that can be paid, each alone. `left` is the rest of the budgets used so far. */
export async function listAffordable(
  tx: Tx,
  queues: readonly string[],
  { after, left }: { after: Startable | undefined; left: ReadonlyMap<string, bigint> },
): Promise<Startable[]> {
  return tx.statement<Startable>("tasks.affordable", AFFORDABLE, [
    tx.workspace,
    [...queues],
    after?.priority ?? null,
    after?.id ?? null,
    [...left.keys()],
    [...left.values()].map(String),
  ]);
}

/** The tasks that one claim blocks. */
const UNPAID_MAX = 100;

/** `offset` separates the payer, so that the planner reads the queue in order from its index. */
const UNPAID = `
select n.* from unnest($2::uuid[]) as q(id) cross join lateral (
  select t.id, t.assigned_to_agent_id, t.pool_id, t.priority, p.id as payer_id, p.budget_left_nanos as left,
    coalesce(t.estimated_cost_nanos, 0) as needed
  from tasks t cross join lateral (
    select id, budget_left_nanos from tasks where workspace_id = $1 and id = t.budget_task_id offset 0) p
  where t.workspace_id = $1 and t.assigned_to_agent_id = q.id and t.status = 'queued' and t.open_dependencies = 0
    and t.available_at <= bailiwick_now()
    and not can_pay(p.budget_left_nanos, t.estimated_cost_nanos)
    and ($3::int is null or t.priority > $3 or t.priority = $3 and t.id < $4)
  order by t.priority desc, t.id limit ${UNPAID_MAX} for no key update of t skip locked) n
order by n.priority desc, n.id`;

export interface UnpaidTask {
  id: string;
  assigned_to_agent_id: string;
  pool_id: string | null;
  payer_id: string;
  left: bigint;
  needed: bigint;
}

/** Locks tasks before `before` that their budgets cannot pay. It skips locked rows, so it may follow any other lock. */
export async function lockUnpaid(
  tx: Tx,
  queues: readonly string[],
  before: Startable | undefined,
): Promise<UnpaidTask[]> {
  const bound = [before?.priority ?? null, before?.id ?? null];
  return tx.statement<UnpaidTask>("tasks.unpaid", UNPAID, [tx.workspace, [...queues], ...bound]);
}

const BLOCK = `update tasks t set status = 'blocked', blocked_by = 'guard', blocked_reason = b.reason,
  updated_at = bailiwick_now()
from jsonb_to_recordset($2::jsonb) as b(id uuid, reason jsonb) where t.workspace_id = $1 and t.id = b.id`;

/** Blocks locked, queued tasks, each with its reason. */
export async function blockQueued(
  tx: Tx,
  tasks: readonly { id: TaskRow["id"]; reason: NonNullable<TaskRow["blocked_reason"]> }[],
): Promise<void> {
  await tx.statement("tasks.block-queued", BLOCK, [tx.workspace, JSON.stringify(tasks)]);
}
