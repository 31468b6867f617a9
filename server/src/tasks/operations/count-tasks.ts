import { query } from "../../kernel/operation.ts";
import { CountInput, STATUSES, TaskCount } from "../schema.ts";
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
    const of = (status: (typeof STATUSES)[number]) => counted.get(status) ?? 0;
    const by_status = {
      queued: of("queued"),
      running: of("running"),
      blocked: of("blocked"),
      completed: of("completed"),
      failed: of("failed"),
      canceled: of("canceled"),
    };
    return { total: STATUSES.reduce((sum, status) => sum + of(status), 0), by_status };
  },
});
