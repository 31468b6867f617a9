import type { ReadTx } from "../../kernel/db/tx.ts";
import { newestOfSubjects } from "../../kernel/facts/list.ts";
import { query } from "../../kernel/operation.ts";
import { type ItemRow, ListInput, TaskPage } from "../schema.ts";
import { listTaskRows } from "../store/list.ts";
import { toItem } from "../to-wire.ts";

export const listTasks = query({
  name: "tasks.list",
  summary: "List tasks, newest first. Filter by status, assignee, creator, parent, tree, text or time.",
  description:
    "Items have the sizes of input and output instead of these documents. tasks.get returns the documents of one task; " +
    "include returns them here, and the page may then be shorter. held_by=people: running tasks that a person started.",
  route: "GET /tasks",
  permission: "tasks:read",
  input: ListInput,
  output: TaskPage,
  problems: [],
  async run({ tx }, input) {
    const { items, next_cursor, isCut } = await listTaskRows(tx, input);
    const reasons = await failedReasons(tx, items);
    return {
      items: items.map((row) => {
        const reason = reasons.get(row.id);
        return { ...toItem(row), ...(reason !== undefined && { failed_reason: reason }) };
      }),
      next_cursor,
      ...(isCut && { truncated: true }),
    };
  },
});

/** Reads the reasons from the facts of the failures. */
async function failedReasons(tx: ReadTx, rows: readonly ItemRow[]): Promise<ReadonlyMap<string, string>> {
  const failed = rows.filter(({ status }) => status === "failed").map(({ id }) => id);
  const facts = await newestOfSubjects(tx, failed, "task.failed");
  return new Map(facts.map(({ subject_id, data }) => [subject_id, String(data.reason)]));
}
