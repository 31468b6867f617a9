import { query } from "../../kernel/operation.ts";
import { ListInput, TaskPage } from "../schema.ts";
import { listTaskRows } from "../store/list.ts";
import { toItem } from "../to-wire.ts";

export const listTasks = query({
  name: "tasks.list",
  summary: "List tasks, newest first. Filter by status, assignee, creator, parent, tree, text or time.",
  description:
    "Items have the sizes of input and output instead of these documents. tasks.get returns the documents of one task; " +
    "include returns them here, and the page may then be shorter.",
  route: "GET /tasks",
  permission: "tasks:read",
  input: ListInput,
  output: TaskPage,
  problems: [],
  async run({ tx }, input) {
    const { items, next_cursor, isCut } = await listTaskRows(tx, input);
    return { items: items.map(toItem), next_cursor, ...(isCut && { truncated: true }) };
  },
});
