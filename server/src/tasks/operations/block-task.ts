import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Literals, Reason } from "../../kernel/schema.ts";
import { governanceFact, taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { AnswerOptions, WAITING_FOR_CHILDREN } from "../question-schema.ts";
import { requireOpenChildren, requireTake, STEPS } from "../rules.ts";
import { Fence, Task, TaskId } from "../schema.ts";
import { release } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { lateOutcome } from "../steps/late.ts";
import { RELEASED, saveStep } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";

export const blockTask = command({
  name: "tasks.block",
  summary: "Block a running task that you hold because something is missing, with a reason or a question.",
  description:
    "The task waits for answer, start, assign or cancel. After an answer, it is queued for you again, and your claim " +
    "returns question and answer. With wait: children, it is queued again when its last open child ends. " +
    "You may claim other work.",
  route: "POST /tasks/{id}/block",
  permission: "tasks:write",
  byLease: true,
  keeps: keptInputs,
  pastQuota: "overdraws",
  whilePaused: STEPS.block.whilePaused,
  input: Fields({
    ...TaskId,
    fence: Type.Optional(Fence),
    reason: Type.Optional({ ...Reason, description: "The reason or the question. Required without wait." }),
    options: Type.Optional(AnswerOptions),
    wait: Type.Optional(Literals(["children"], { description: "The end for which the task waits." })),
  }),
  output: Task,
  problems: ["not_found", "not_assignee", "illegal_step", "lease_lost", "conflict"],
  async run({ tx, actor, now }, { id, fence, wait, ...question }) {
    const { reason } = question;
    const why = whyOf(question, wait);
    const held = await holdTask(tx, id);
    const late = await lateOutcome(tx, held, actor, { step: "block", fence, reason }, now);
    if (late) return late;
    requireTake(held, "block", actor);
    if (wait) requireOpenChildren(held.task);
    await release(tx, held);
    const changes = { ...RELEASED, status: "blocked", blocked_by: "agent", blocked_reason: why } as const;
    const task = await saveStep(tx, held.task, changes, now);
    return changed(
      toWire(task),
      taskFact(task, "blocked", { previous_status: "running", ...why }),
      ...(wait ? [] : [governanceFact("task_blocked", task, { reason: why.reason })]),
    );
  },
});

function whyOf({ reason, options }: { reason?: string; options?: string[] }, wait: "children" | undefined) {
  if (wait) {
    if (options) throw invalid("/options", "cannot be combined with wait.");
    const next_step = "Nothing is needed: the task is queued again when its last open child ends.";
    return { code: WAITING_FOR_CHILDREN, reason: reason ?? "The task waits for its children.", next_step };
  }
  if (reason === undefined) throw invalid("/reason", "is required without wait.");
  const next_step = "Answer, assign or cancel the task.";
  return { code: "blocked_by_agent", reason, next_step, ...(options && { options }) };
}
