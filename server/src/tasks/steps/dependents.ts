/** Tells that a task waits for a task that ended without success: an event of the task, and a message to its creator. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { taskFact } from "../facts.ts";
import { type TaskNotice, taskHooks } from "../hooks.ts";
import { isFailed } from "../rules.ts";
import type { TaskRow } from "../schema.ts";
import { countFailed, type Waiting } from "../store/dependents.ts";
import type { Effects } from "./children.ts";

/** The titles that one message names. */
const NAMED_MAX = 10;
const NEXT =
  "Retry the task that ended, accept its late result, drop or replace it in the dependencies, or cancel the task that waits.";

/** Counts tasks that ended without success in the tasks that depend on them, and tells them. All must be locked. */
export async function failDependents(
  tx: Tx,
  ended: readonly Pick<TaskRow, "id" | "dependent_count">[],
): Promise<Effects> {
  const ids = ended.filter(({ dependent_count }) => dependent_count > 0).map(({ id }) => id);
  return ids.length === 0 ? { facts: [], notices: [] } : tellWaiting(await countFailed(tx, ids));
}

/** Tells when new dependencies of the task ended without success. Returns the facts. */
export async function tellNew(
  tx: Tx,
  task: TaskRow,
  dependencies: readonly Pick<TaskRow, "id" | "status">[],
): Promise<Fact[]> {
  const ids = dependencies.filter(isFailed).map(({ id }) => id);
  if (ids.length === 0) return [];
  const { facts, notices } = tellWaiting([{ ...task, ids }]);
  return [...facts, ...(await taskHooks.notify(tx, notices))];
}

/** Each creator gets one message. */
function tellWaiting(tasks: readonly Waiting[]): Effects {
  const byCreator = new Map<string, Waiting[]>();
  for (const task of tasks) {
    const creator = task.created_by_agent_id ?? task.created_by_user_id;
    if (creator !== null) byCreator.set(creator, [...(byCreator.get(creator) ?? []), task]);
  }
  return {
    facts: tasks.map((task) => taskFact(task, "dependency_failed", { dependency_ids: task.ids })),
    notices: [...byCreator.values()].flatMap(noticeOf),
  };
}

function noticeOf(tasks: readonly Waiting[]): TaskNotice[] {
  const [first] = tasks;
  if (!first) return [];
  const titles = tasks.slice(0, NAMED_MAX).map(({ title }) => `"${title}"`);
  const more = tasks.length > NAMED_MAX ? ` and ${tasks.length - NAMED_MAX} more` : "";
  const content =
    tasks.length === 1
      ? `The task ${titles} waits for a task that ended without success (${first.ids.join(", ")}). ${NEXT}`
      : `${tasks.length} tasks wait for tasks that ended without success: ${titles.join(", ")}${more}. ${NEXT}`;
  const to = { agent_id: first.created_by_agent_id, user_id: first.created_by_user_id };
  return [{ task_id: first.id, to, content }];
}
