/** The last step of a caller on a task, and the state before it. Pure. */
import type { Actor } from "../kernel/actor.ts";
import { only } from "../kernel/db/columns.ts";
import { Problem } from "../kernel/problem.ts";
import { WAITING_FOR_CHILDREN } from "./question-schema.ts";
import type { TaskRow } from "./schema.ts";
import type { UndoneStep } from "./undo-schema.ts";

/** The columns that these steps change, apart from times, the fence and the reservation. */
const RESTORED = [
  "assigned_to_agent_id",
  "pool_id",
  "assigned_role",
  "assigned_tags",
  "blocked_by",
  "blocked_reason",
  "escalated_from",
  "handovers",
  "question",
  "answer_message_id",
] as const satisfies readonly (keyof TaskRow)[];
type Before = Pick<TaskRow, "status" | (typeof RESTORED)[number]>;

/** Returns the changes of a step with the state before it. An agent releases a task that it started. */
export function withUndo<C extends Partial<Pick<TaskRow, "fence" | "status">>>(
  changes: C,
  task: TaskRow,
  step: UndoneStep,
  by: Actor,
): C & Pick<TaskRow, "undo"> {
  const { fence = task.fence, status = task.status } = changes;
  const isKept = by.kind === "user" || (by.kind === "agent" && step !== "start");
  return { ...changes, undo: isKept ? { step, by_id: by.id, fence, status, before: beforeOf(task) } : null };
}

/**
 * A lease cannot be given back, the next claim decides about limits, and children may end before the undo. Such tasks are
 * queued again.
 */
function beforeOf(task: TaskRow): Before {
  const kept = only(task, RESTORED);
  const waits = task.blocked_by === "guard" || task.blocked_reason?.code === WAITING_FOR_CHILDREN;
  if (task.status === "blocked" && !waits) return { ...kept, status: "blocked" };
  return { ...kept, status: "queued", blocked_by: null, blocked_reason: null };
}

export type UndoState = Pick<TaskRow, "id" | "undo" | "fence" | "status">;

/** Returns the last step of this caller. Throws when another step followed it. */
export function undoOf({ id, undo, fence, status }: UndoState, by: { id: string }) {
  if (undo && undo.by_id === by.id && undo.fence === fence && undo.status === status) {
    // The columns are those that `keepUndo` wrote.
    return { step: undo.step, before: undo.before as unknown as Before };
  }
  throw new Problem("illegal_step", `Task ${id} has no step of yours that can be undone.`, {
    next_step: "You can undo start, assign, escalate and answer until another step follows.",
  });
}
