import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { usdOf } from "../metrics.ts";
import { TaskCosts } from "../metrics-schema.ts";
import { costsOfTasks } from "../store/cost-days.ts";

const TASKS_MAX = 100;
const UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const UUID_LENGTH = 36;

export const getTaskCosts = query({
  name: "obs.get_task_costs",
  summary: "Get the costs of tasks by their ids: own, and with the tasks below, since each task was created.",
  description: `At most ${TASKS_MAX} ids. A task without telemetry has no row, and its cost is unknown. The sums are those since the task was created: they stay when the telemetry of their days is deleted.`,
  route: "GET /obs/costs/tasks",
  permission: "obs:read",
  input: Fields({
    ids: Type.String({
      pattern: `^${UUID}(?:,${UUID})*$`,
      maxLength: TASKS_MAX * (UUID_LENGTH + 1) - 1,
      description: "Ids of tasks, with commas between them.",
    }),
  }),
  output: TaskCosts,
  problems: [],
  async run({ tx }, { ids }) {
    const rows = await costsOfTasks(tx, [...new Set(ids.toLowerCase().split(","))]);
    return {
      items: rows.map((row) => ({
        task_id: row.key,
        own: {
          cost_usd: usdOf(row.own_cost_nanos),
          list_cost_usd: usdOf(row.own_list_cost_nanos),
          calls: Number(row.own_calls),
          unpriced_calls: Number(row.own_unpriced_calls),
        },
        inclusive: {
          cost_usd: usdOf(row.cost_nanos),
          list_cost_usd: usdOf(row.list_cost_nanos),
          calls: Number(row.calls),
          unpriced_calls: Number(row.unpriced_calls),
        },
      })),
    };
  },
});
