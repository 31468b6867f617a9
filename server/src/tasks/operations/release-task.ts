import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { holdOf, leaseLost, requireTake, STEPS } from "../rules.ts";
import { Fence, OptionalReason, Task, TaskId } from "../schema.ts";
import { queuedFrom, release } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { requireHolder } from "../steps/late.ts";
import { saveStep } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";

export const releaseTask = command({
  name: "tasks.release",
  summary: "Release a running task that you hold. It is queued again at once, and no attempt is used.",
  description: "Use this when you stop and another worker should continue the task, for example before a restart.",
  route: "POST /tasks/{id}/release",
  permission: "tasks:write",
  requests: "work",
  pastQuota: "overdraws",
  whilePaused: STEPS.release.whilePaused,
  input: Fields({ ...TaskId, fence: Type.Optional(Fence), ...OptionalReason }),
  output: Task,
  problems: ["not_found", "not_assignee", "illegal_step", "lease_lost"],
  async run({ tx, actor, now }, { id, fence, reason = null }) {
    const held = await holdTask(tx, id);
    await requireHolder(tx, held, "release", actor, fence);
    if (holdOf(held.task, actor, fence, now) === "lost") throw leaseLost(held.task);
    requireTake(held, "release", actor);
    await release(tx, held);
    const task = await saveStep(tx, held.task, queuedFrom(held.task, now), now);
    return changed(
      toWire(task),
      taskFact(held.task, "released", { previous_status: "running", attempt: task.attempt, reason }),
    );
  },
});
