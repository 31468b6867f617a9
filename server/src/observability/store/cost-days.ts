/** Costs of each day, split by agent or model. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { type CostSums, DAILY_USAGE, type Range } from "./usage.ts";

/** A reader cannot tell more colours apart in one column. */
const PARTS_MAX = 8;

const KEYS = {
  agent: "u.agent_id::text",
  model: "concat_ws('/', nullif(u.provider, ''), nullif(u.model, ''))",
} as const;

const SUMS = ["cost_nanos", "list_cost_nanos", "tokens_in", "tokens_out", "llm_calls", "unpriced_calls"];
const summed = (of: string) =>
  SUMS.map((name) => `coalesce(sum(${of}.${name}), 0) as ${name === "llm_calls" ? "calls" : name}`).join(", ");
const USED = SUMS.map((name) => `sum(u.${name}) > 0`).join(" or ");

const TEXT = (key: string) => `
with used as (select u.* from obs_usage u where ${DAILY_USAGE}),
  dearest as (select ${key} as key from used u group by 1
    having ${USED} order by sum(u.cost_nanos) desc, sum(u.list_cost_nanos) desc, 1 limit $4)
select to_char(u.at at time zone 'UTC', 'YYYY-MM-DD') as date, d.key, ${summed("u")}
from used u left join dearest d on d.key = ${key}
group by 1, 2 having ${USED} order by 1, 2`;

export type CostDaySums = Omit<CostSums, "key"> & { date: string; key: string | null };

export async function costDaysBy(tx: ReadTx, split: keyof typeof KEYS, { from, to }: Range): Promise<CostDaySums[]> {
  return tx.statement(`obs.cost-days-by-${split}`, TEXT(KEYS[split]), [tx.workspace, from, to, PARTS_MAX]);
}

const OF_TASK = [
  "own_cost_nanos",
  "own_list_cost_nanos",
  "own_calls",
  "own_unpriced_calls",
  "own_tokens_in",
  "own_tokens_out",
  "cost_nanos",
  "list_cost_nanos",
  "calls",
  "unpriced_calls",
] as const;

const OF_TASKS = `select u.task_id::text as key, ${OF_TASK.map((name) => `sum(u.${name}) as ${name}`).join(", ")}
from obs_task_costs u where u.workspace_id = $1 and u.task_id = any($2::uuid[]) group by u.task_id`;

export type TaskCostSums = Record<(typeof OF_TASK)[number], string | bigint> & { key: string };

/** Of all days. A task without usage has no row. */
export async function costsOfTasks(tx: ReadTx, ids: readonly string[]): Promise<TaskCostSums[]> {
  if (ids.length === 0) return [];
  return tx.statement("obs.costs-of-tasks", OF_TASKS, [tx.workspace, [...ids]]);
}
