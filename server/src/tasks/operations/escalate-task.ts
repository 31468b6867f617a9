import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Reason } from "../../kernel/schema.ts";
import { requireMayEscalate } from "../../team/index.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { keptInputs } from "../kept-inputs.ts";
import { requireTake } from "../rules.ts";
import { ESCALATION_SECONDS_MAX, ESCALATION_SECONDS_MIN, Fence, Task, TaskId } from "../schema.ts";
import { escalate } from "../steps/escalation.ts";
import { holdTask } from "../steps/hold.ts";
import { lateOutcome } from "../steps/late.ts";
import { toWire } from "../to-wire.ts";

export const escalateTask = command({
  name: "tasks.escalate",
  summary: "Escalate a task that you cannot or may not do to the agent above you, with a reason.",
  description:
    "The task is queued for the supervisor you report to, else for the default supervisor. When none is left, the " +
    "task waits for a person. You may claim other work. Send the fence if you run the task.",
  route: "POST /tasks/{id}/escalate",
  permission: "tasks:write",
  keeps: keptInputs,
  input: Fields({
    ...TaskId,
    reason: Reason,
    fence: Type.Optional(Fence),
    deadline_seconds: Type.Optional(
      Type.Integer({
        minimum: ESCALATION_SECONDS_MIN,
        maximum: ESCALATION_SECONDS_MAX,
        description: "The task goes one level further up if no agent has begun it after this time.",
      }),
    ),
  }),
  output: Task,
  problems: ["not_found", "agent_paused", "not_assignee", "not_assignable", "illegal_step", "lease_lost"],
  async run({ tx, actor, now, env }, { id, reason, fence, deadline_seconds }) {
    // The lock keeps the hierarchy unchanged until the commit.
    await lockWorkspace(tx);
    const held = await holdTask(tx, id);
    if (held.task.status === "running" || fence !== undefined) {
      const late = await lateOutcome(tx, held, actor, { step: "escalate", fence, reason }, now);
      if (late) return late;
    }
    requireTake(held, "escalate", actor);
    await requireMayEscalate(tx, actor);
    const seconds = deadline_seconds ?? env.settings.escalationMinutes * 60;
    const { task, facts } = await escalate({ tx, actor, now }, held, { reason, seconds });
    return changed(toWire(task), ...facts);
  },
});
