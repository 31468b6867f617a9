import { query } from "../../kernel/operation.ts";
import { ListInput, TaskPage } from "../schema.ts";
import { listTaskRows } from "../store/list.ts";
import { toWire } from "../to-wire.ts";

export const listTasks = query({
  name: "tasks.list",
  summary: "List tasks, newest first. Filter by status, assignee, creator, parent, tree, text or time.",
  route: "GET /tasks",
  permission: "tasks:read",
  input: ListInput,
  output: TaskPage,
  problems: [],
  async run({ tx }, input) {
    const { items, next_cursor } = await listTaskRows(tx, input);
    return { items: items.map((row) => toWire(row)), next_cursor };
  },
});
