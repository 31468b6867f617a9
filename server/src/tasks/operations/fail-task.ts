import Type from "typebox";
import { PARK_CODES } from "../../gate/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Defaulted, Fields, Json, Literals, Reason, Time } from "../../kernel/schema.ts";
import { summaryOf, taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { STEPS } from "../rules.ts";
import { Fence, Task, TaskId } from "../schema.ts";
import { endAttempt } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { applyOrKeep } from "../steps/late.ts";
import { park } from "../steps/park.ts";
import { toWire } from "../to-wire.ts";

export const failTask = command({
  name: "tasks.fail",
  summary: "Fail a running task that you hold, with a reason. With retryable: true, it may be tried again.",
  description: "After a retryable failure with attempts left, the task returns to the queue after a growing wait.",
  route: "POST /tasks/{id}/fail",
  permission: "tasks:write",
  byLease: true,
  requests: "work",
  keeps: keptInputs,
  pastQuota: "overdraws",
  whilePaused: STEPS.fail.whilePaused,
  input: Fields({
    ...TaskId,
    fence: Type.Optional(Fence),
    reason: Reason,
    retryable: Defaulted(Type.Boolean(), false),
    code: Type.Optional(
      Literals(PARK_CODES, {
        description:
          "The model provider refused the agent. The task is queued again and no attempt is used; the agent starts nothing until " +
          "`until`, or uses `llm_config.fallback_model`.",
      }),
    ),
    until: Type.Optional(
      Type.String({
        ...Time,
        description:
          "With a code: when the provider serves again, at most 8 days. Without it, in an hour or in 2 minutes.",
      }),
    ),
    output: Type.Optional(Json),
  }),
  output: Task,
  problems: ["not_found", "not_assignee", "illegal_step", "lease_lost"],
  async run({ tx, actor, now }, { id, fence, reason, retryable, code, until, output }) {
    const held = await holdTask(tx, id, { finishing: true });
    const way = await applyOrKeep(tx, held, actor, { step: "fail", fence, output, reason }, now);
    if (way.kind !== "applied") return way;
    const isRefused = code !== undefined;
    if (isRefused && actor.kind !== "agent")
      throw invalid("/code", "is for the agent whose model provider refused it.");
    const parked = isRefused ? await park({ tx, now }, held, { code, until }) : [];
    const end = {
      retryable: retryable || isRefused,
      isUncounted: parked.length > 0,
      output,
      ...(way.isQueued && { afterLease: { fence, agentId: actor.id, isCounted: way.isCounted } }),
    };
    const { task, facts } = await endAttempt(tx, held, actor, end, now);
    const payload = { previous_status: held.task.status, reason, attempt: held.task.attempt, ...summaryOf(output) };
    const fact =
      task.status === "queued"
        ? taskFact(held.task, "retried", { ...payload, available_at: task.available_at, ...(code && { code }) })
        : taskFact(task, "failed", payload);
    return changed(toWire(task), fact, ...facts, ...parked);
  },
});
