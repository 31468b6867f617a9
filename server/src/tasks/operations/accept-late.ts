import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { summaryOf, taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { assigneeOf, requireAcceptable, requireNoOpenChildren, requireRole, requireTake } from "../rules.ts";
import { Task, TaskId } from "../schema.ts";
import { completeFailed, finish } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { findAttempt, findLateResult } from "../store/events.ts";
import { toWire } from "../to-wire.ts";

export const acceptLate = command({
  name: "tasks.accept_late",
  summary: "Complete a queued or failed task with a late result.",
  description:
    "A late result is a `late_result` event: an agent finished the task after it had lost it. The step is refused while " +
    "another attempt runs. The children must be finished first.",
  route: "POST /tasks/{id}/accept-late",
  permission: "tasks:write",
  keeps: keptInputs,
  input: Fields({ ...TaskId, event_id: Type.String({ ...Id, description: "The id of the late_result event." }) }),
  output: Task,
  problems: ["not_found", "agent_paused", "not_assignee", "illegal_step", "open_children"],
  async run({ tx, actor, now }, { id, event_id }) {
    const held = await holdTask(tx, id, { finishing: true });
    const { task } = held;
    requireRole(held, "accept_late", actor);
    const late = await findLateResult(tx, id, event_id);
    if (!late) throw notFound("late result", event_id);
    requireTake(held, "accept_late", actor);
    requireAcceptable(late);
    requireNoOpenChildren(task);
    const attempt = (await findAttempt(tx, id, late.agent_id, late.fence)) ?? task.attempt;
    const result = { output: late.output, result_of_attempt: attempt };
    // A task that waits in its pool gets the agent of the result.
    const doer = assigneeOf(task) ?? late.agent_id;
    const { task: done, facts } =
      task.status === "failed"
        ? { task: await completeFailed(tx, held, result, now), facts: [] }
        : await finish(tx, held, { ...result, assigned_to_agent_id: doer, status: "completed" }, now);
    const payload = { previous_status: task.status, attempt, event_id: late.event_id, ...summaryOf(late.output) };
    return changed(toWire(done), taskFact(done, "late_accepted", payload), ...facts);
  },
});
