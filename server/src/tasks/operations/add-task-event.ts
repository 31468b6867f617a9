import Type from "typebox";
import { uuidv7 } from "uuidv7";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, JsonObject, Literals } from "../../kernel/schema.ts";
import { TaskEvent } from "../event-schema.ts";
import { reportedFact } from "../facts.ts";
import { taskHooks } from "../hooks.ts";
import { holdOf, leaseLost, requireTake } from "../rules.ts";
import { Fence, REPORTED_TYPES, TaskId } from "../schema.ts";
import { holdTask } from "../steps/hold.ts";
import { requireHolder } from "../steps/late.ts";
import { noteProgress } from "../store/progress.ts";
import { saveStep } from "../store/tasks.ts";

export const addTaskEvent = command({
  name: "tasks.add_event",
  summary: "Add progress, a tool call or a tool result to the events of a task that you hold.",
  route: "POST /tasks/{id}/events",
  status: 201,
  permission: "tasks:write",
  byLease: true,
  requests: "work",
  input: Fields({
    ...TaskId,
    fence: Type.Optional(Fence),
    type: Literals(REPORTED_TYPES, { title: "ReportedType" }),
    payload: Type.Optional(JsonObject),
  }),
  output: TaskEvent,
  problems: ["not_found", "agent_paused", "not_assignee", "illegal_step", "lease_lost"],
  async run({ tx, actor, now }, { id, fence, type, payload = {} }) {
    const held = await holdTask(tx, id);
    const { task } = held;
    await requireHolder(tx, held, "add_event", actor, fence);
    if (holdOf(task, actor, fence, now) === "lost") throw leaseLost(task);
    requireTake(held, "add_event", actor);
    if (!task.is_seen) await saveStep(tx, task, { is_seen: true }, now);
    if (type === "progress") await noteProgress(tx, id);
    if (type === "tool_call")
      await taskHooks.onToolCall(tx, { task_id: id, agent_id: task.assigned_to_agent_id }, payload);
    const event = {
      id: uuidv7(),
      task_id: id,
      event_type: type,
      agent_id: actor.kind === "agent" ? actor.id : null,
      user_id: actor.kind === "user" ? actor.id : null,
      payload,
      created_at: now.toISOString(),
    };
    return changed(event, reportedFact(task, type, payload, event.id));
  },
});
