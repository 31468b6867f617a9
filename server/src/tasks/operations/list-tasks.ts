import type { ReadTx } from "../../kernel/db/tx.ts";
import { newestOfSubjects } from "../../kernel/facts/list.ts";
import { query } from "../../kernel/operation.ts";
import { taskHooks } from "../hooks.ts";
import { ListInput, TaskPage } from "../schema.ts";
import { listTaskRows } from "../store/list.ts";
import { newestRetries } from "../store/tasks.ts";
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
    const failed = items.filter(({ status }) => status === "failed").map(({ id }) => id);
    const reasons = await failedReasons(tx, failed);
    const retries = await newestRetries(tx, failed);
    const costs = await taskHooks.costs(
      tx,
      items.map(({ id }) => id),
    );
    return {
      items: items.map((row) => {
        const [reason, retry] = [reasons.get(row.id), retries.get(row.id)];
        return {
          ...toItem(row),
          ...costs.get(row.id),
          ...(reason !== undefined && { failed_reason: reason }),
          ...(retry !== undefined && { retried_by_task_id: retry }),
        };
      }),
      next_cursor,
      ...(isCut && { truncated: true }),
    };
  },
});

/** Reads the reasons from the facts of the failures. */
async function failedReasons(tx: ReadTx, failed: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const facts = await newestOfSubjects(tx, failed, "task.failed");
  return new Map(facts.map(({ subject_id, data }) => [subject_id, String(data.reason)]));
}
