/** The content of tasks and of their events, for a redaction. */
import type { Tx } from "../kernel/db/tx.ts";
import { type Content, findFact } from "../kernel/facts/withdraw.ts";
import { notFound } from "../kernel/problem.ts";
import { REPORTED_TYPES, type TaskRow } from "./schema.ts";
import { existing } from "./steps/hold.ts";
import { lockTasks, saveStep, type TaskChanges } from "./store/tasks.ts";

/** The events that holders report: their whole data is content. */
export const REPORTED_EVENTS: Content = { types: REPORTED_TYPES.map((type) => `task.${type}`), cut: null };
/** The events that repeat the output of a task. */
export const OUTPUT_EVENTS: Content = {
  types: ["task.completed", "task.failed", "task.retried", "task.late_accepted", "task.late_result"],
  cut: ["output_summary", "output"],
};

interface LockedEvent {
  task_id: string;
  /** The redaction that withdrew content of the event before. */
  redaction_id: string | null;
  content: Content;
}

/** Locks the task of an event, and returns the content of the event. */
export async function lockEvent(tx: Tx, id: string, taskId: string | undefined): Promise<LockedEvent> {
  const found = await findFact(tx, id, taskId);
  if (!found?.type.startsWith("task.")) throw notFound("event", id);
  await lockTasks(tx, [found.subject_id]);
  // Read again, since another redaction may have held the lock.
  const { type, subject_id, redaction_id } = (await findFact(tx, id, found.subject_id)) ?? found;
  const { cut } = REPORTED_EVENTS.types.includes(type) ? REPORTED_EVENTS : OUTPUT_EVENTS;
  return { task_id: subject_id, redaction_id, content: { types: [type], cut } };
}

/** Locks a task with its documents. */
export async function lockDocuments(tx: Tx, id: string): Promise<TaskRow> {
  return existing(await lockTasks(tx, [id]), id);
}

/** Replaces documents of a task. The caller holds the task's row lock. */
export async function saveDocuments(
  tx: Tx,
  task: TaskRow,
  documents: Pick<TaskChanges, "input" | "output">,
  at: Date,
): Promise<void> {
  await saveStep(tx, task, documents, at);
}
