/** Compares every sum of costs with the events themselves. */
import { expect } from "vitest";
import type { TestApp } from "../../test/harness/harness.ts";

const AMOUNTS = (of: string) =>
  `coalesce(sum(${of}cost_nanos), 0)::text as cost, coalesce(sum(${of}list_cost_nanos), 0)::text as list`;
const UNPRICED =
  "count(*) filter (where cost_source = 'unpriced' and billing_mode is distinct from 'local')::int as unpriced";
const MODEL = "case when is_other_model then 'other' else coalesce(model, '') end";

/** Each pair is a sum, and the same sum from the events. Keys are texts, and rows without any amount are left out. */
const SUMS: Record<string, [kept: string, counted: string]> = {
  days: [
    `select at::date::text || agent_id || model as key, ${AMOUNTS("")}, sum(unpriced_calls)::int as unpriced
     from obs_usage where workspace_id = $1 and grain = 'day' group by 1`,
    `select (occurred_at at time zone 'UTC')::date::text || agent_id || ${MODEL} as key, ${AMOUNTS("")}, ${UNPRICED}
     from obs_events where workspace_id = $1 group by 1`,
  ],
  minutes: [
    `select extract(epoch from at)::bigint || agent_id::text as key, ${AMOUNTS("")}, sum(unpriced_calls)::int as unpriced
     from obs_counters where workspace_id = $1 and grain = 'minute' group by 1`,
    `select extract(epoch from date_trunc('minute', occurred_at, 'UTC'))::bigint || agent_id::text as key,
       ${AMOUNTS("")}, ${UNPRICED} from obs_events where workspace_id = $1 group by 1`,
  ],
  "days of agents": [
    `select at::date::text || agent_id as key, ${AMOUNTS("")}, sum(unpriced_calls)::int as unpriced
     from obs_counters where workspace_id = $1 and grain = 'day' group by 1`,
    `select (occurred_at at time zone 'UTC')::date::text || agent_id as key, ${AMOUNTS("")}, ${UNPRICED}
     from obs_events where workspace_id = $1 group by 1`,
  ],
  runs: [
    `select run_id::text as key, ${AMOUNTS("")}, sum(unpriced_calls)::int as unpriced
     from obs_runs where workspace_id = $1 group by 1`,
    `select run_id::text as key, ${AMOUNTS("")}, ${UNPRICED}
     from obs_events where workspace_id = $1 and run_id is not null group by 1`,
  ],
  "own costs of tasks": [
    `select task_id::text as key, sum(own_cost_nanos)::text as cost, sum(own_list_cost_nanos)::text as list,
       sum(own_unpriced_calls)::int as unpriced from obs_task_costs where workspace_id = $1 group by 1`,
    `select t.id::text as key, ${AMOUNTS("e.")}, ${UNPRICED}
     from obs_events e join tasks t on t.id = e.task_id where e.workspace_id = $1 group by 1`,
  ],
  "inclusive costs of tasks": [
    `select task_id::text as key, ${AMOUNTS("")}, sum(unpriced_calls)::int as unpriced
     from obs_task_costs where workspace_id = $1 group by 1`,
    `with recursive up as (
       select id, id as above from tasks where workspace_id = $1
       union all select u.id, t.parent_task_id from up u join tasks t on t.id = u.above where t.parent_task_id is not null)
     select u.above::text as key, ${AMOUNTS("e.")}, ${UNPRICED}
     from obs_events e join up u on u.id = e.task_id where e.workspace_id = $1 group by 1`,
  ],
};

export async function expectSumsOfEvents({ admin }: TestApp, workspace: string): Promise<void> {
  for (const [name, [kept, counted]] of Object.entries(SUMS)) {
    const read = async (sql: string) => {
      const { rows } = await admin.query<{ key: string; cost: string; list: string; unpriced: number }>(sql, [
        workspace,
      ]);
      const some = rows.filter(({ cost, list, unpriced }) => cost !== "0" || list !== "0" || unpriced !== 0);
      return Object.fromEntries(some.map(({ key, ...sums }) => [key, sums]));
    };
    expect(await read(kept), name).toEqual(await read(counted));
  }
}
