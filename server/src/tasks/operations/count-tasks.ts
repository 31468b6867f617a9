import { query } from "../../kernel/operation.ts";
import { CountInput, STATUSES, type Status, TaskCount } from "../schema.ts";
import { countByStatus } from "../store/list.ts";

export const countTasks = query({
  name: "tasks.count",
  summary: "Count tasks exactly, in total and by status. The filters are those of tasks.list.",
  route: "GET /tasks/count",
  permission: "tasks:read",
  input: CountInput,
  output: TaskCount,
  problems: [],
  async run({ tx }, filters) {
    const counted = await countByStatus(tx, filters);
    const counts = STATUSES.map((status) => [status, counted.get(status) ?? 0] as const);
    return {
      total: counts.reduce((sum, [, count]) => sum + count, 0),
      // `counts` has every status.
      by_status: Object.fromEntries(counts) as Record<Status, number>,
    };
  },
});
