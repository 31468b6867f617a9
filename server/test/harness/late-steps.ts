/** The step of the model that completes a task with a late result. */
import { type Answer, type By, finish, type ModelTask, openChildren, type World } from "./task-model.ts";

/** `step` is the step that came too late. */
export function acceptLate(world: World, task: ModelTask, by: By, step: string): Answer {
  if (by.kind === "agent" && by.id !== task.assignee.id && by.id !== task.creator) return "not_assignee";
  if (task.status !== "queued" && task.status !== "failed") return "illegal_step";
  if (step !== "complete") return "illegal_step";
  if (openChildren(world, task).length > 0) return "open_children";
  // The failure has returned the budget already.
  if (task.status === "failed") task.status = "completed";
  else finish(world, task, "completed", by);
  world.facts++;
  return "ok";
}
