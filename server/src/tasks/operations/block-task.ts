import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Reason } from "../../kernel/schema.ts";
import { governanceFact, taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { requireTake, STEPS } from "../rules.ts";
import { Fence, Task, TaskId } from "../schema.ts";
import { RELEASED, release } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { lateOutcome } from "../steps/late.ts";
import { saveStep } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";

export const blockTask = command({
  name: "tasks.block",
  summary: "Block a running task that you hold because something is missing, with a reason.",
  description: "The task waits for start, assign or cancel. You may claim other work.",
  route: "POST /tasks/{id}/block",
  permission: "tasks:write",
  keeps: keptInputs,
  pastQuota: "overdraws",
  whilePaused: STEPS.block.whilePaused,
  input: Fields({ ...TaskId, fence: Type.Optional(Fence), reason: Reason }),
  output: Task,
  problems: ["not_found", "not_assignee", "illegal_step", "lease_lost"],
  async run({ tx, actor, now }, { id, fence, reason }) {
    const held = await holdTask(tx, id);
    const late = await lateOutcome(tx, held, actor, { step: "block", fence, reason }, now);
    if (late) return late;
    requireTake(held, "block", actor);
    await release(tx, held);
    const why = { code: "blocked_by_agent", reason, next_step: "Start, assign or cancel the task." };
    const changes = { ...RELEASED, status: "blocked", blocked_by: "agent", blocked_reason: why } as const;
    const task = await saveStep(tx, held.task, changes, now);
    return changed(
      toWire(task),
      taskFact(task, "blocked", { previous_status: "running", ...why }),
      governanceFact("task_blocked", task, { reason }),
    );
  },
});
