/** The queued tasks of an agent that budgets can pay, and those that they cannot pay. */
import type { Tx } from "../../kernel/db/tx.ts";
import { STOPPED_TREES } from "../../stops/index.ts";
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
  /** The estimate that caps reserve, in nano-dollars. */
  estimate: string;
}

/** The amounts that starts may still use, in nano-dollars. */
export interface Rests {
  /** Of budgets, by payer. */
  left: ReadonlyMap<string, bigint>;
  /** Of the caps above the agent; null without a cap. */
  capLeft: bigint | null;
}

/**
 * The queued tasks of each queue that one look estimates when a cap applies. A longer queue of tasks that do not fit must not
 * slow down the claims of its agent.
 */
const ESTIMATED_MAX = 500;

const NEXT = `t.workspace_id = $1 and t.assigned_to_agent_id = q.id and t.status = 'queued' and t.open_dependencies = 0
    and t.available_at <= bailiwick_now() and t.root_task_id <> all(${STOPPED_TREES}) and ($3::int is null or t.priority < $3 or t.priority = $3 and t.id > $4)`;

/**
 * Tasks of an agent and its pools that can be paid, in the order of claims. `$5` and `$6` are the payers and their rests,
 * `$7` is the agent.
 */
const affordable = (tasks: string, condition: string) => `
select n.* from unnest($2::uuid[]) as q(id) cross join lateral (
  select t.id, t.priority, t.parent_task_id, t.budget_task_id, coalesce(t.estimated_cost_nanos, 0) as needed,
    coalesce(k.remaining, p.budget_left_nanos) as left, start_estimate(t, h.usual_nanos) as estimate
  from ${tasks}
    left join tasks p on p.workspace_id = $1 and p.id = t.budget_task_id
    left join unnest($5::uuid[], $6::bigint[]) as k(id, remaining) on k.id = t.budget_task_id
    left join spend_habits h on h.workspace_id = $1 and h.agent_id = $7
  where ${condition}
    and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = t.id)
    and can_pay(coalesce(k.remaining, p.budget_left_nanos), t.estimated_cost_nanos)
  order by t.priority desc, t.id limit ${PAGE}) n
order by n.priority desc, n.id limit ${PAGE}`;

const AFFORDABLE = affordable("tasks t", NEXT);
/** `$8` is the rest of the caps above the agent. */
const UNDER_CAP = affordable(
  `(select t.id from tasks t where ${NEXT} order by t.priority desc, t.id limit ${ESTIMATED_MAX}) s
    join tasks t on t.workspace_id = $1 and t.id = s.id`,
  "start_estimate(t, h.usual_nanos) <= $8::numeric",
);

/**
 * Returns the next tasks after `after` that can be paid, each alone. `left` is the rest of the budgets used so far, and
 * `capLeft` that of the caps; null without a cap.
 */
export async function listAffordable(
  tx: Tx,
  queues: readonly [agentId: string, ...poolIds: string[]],
  { after, left, capLeft }: Rests & { after: Startable | undefined },
): Promise<Startable[]> {
  const values = [
    tx.workspace,
    [...queues],
    after?.priority ?? null,
    after?.id ?? null,
    [...left.keys()],
    [...left.values()].map(String),
    queues[0],
  ];
  return capLeft === null
    ? tx.statement<Startable>("tasks.affordable", AFFORDABLE, values)
    : tx.statement<Startable>("tasks.affordable-under-cap", UNDER_CAP, [...values, String(capLeft)]);
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
