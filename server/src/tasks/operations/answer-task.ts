import { agentArchived } from "../../gate/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Text } from "../../kernel/schema.ts";
import { requireMayAssign } from "../../team/index.ts";
import { taskFact } from "../facts.ts";
import { taskHooks } from "../hooks.ts";
import { keptInputs } from "../kept-inputs.ts";
import { ANSWER_LENGTH_MAX } from "../question-schema.ts";
import { assigneeOf, questionOf, requireHandover, requireTake } from "../rules.ts";
import { Task, TaskId } from "../schema.ts";
import { holdTask } from "../steps/hold.ts";
import { saveStep, UNBLOCKED } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";
import { withUndo } from "../undo-rules.ts";

export const answerTask = command({
  name: "tasks.answer",
  summary: "Answer the question of a blocked task, and queue the task for the same agent again.",
  description:
    "The agent gets the answer as a message, and in the task when it claims, starts or reads the task. A task that a " +
    "limit blocked, or that waits for its children, has no question.",
  route: "POST /tasks/{id}/answer",
  permission: "tasks:write",
  keeps: keptInputs,
  input: Fields({ ...TaskId, answer: Text(ANSWER_LENGTH_MAX) }),
  output: Task,
  problems: [
    "not_found",
    "agent_paused",
    "not_assignee",
    "not_assignable",
    "forbidden",
    "illegal_step",
    "conflict",
    "handover_limit",
  ],
  async run({ tx, actor, now }, { id, answer }) {
    const held = await holdTask(tx, id);
    const { task, gate } = held;
    requireTake(held, "answer", actor);
    const question = questionOf(task);
    if (gate.status === "archived") throw agentArchived();
    await requireMayAssign(tx, actor, gate.agent_id);
    if (actor.kind === "agent") requireHandover(task);
    const agentId = assigneeOf(task);
    // Nobody sends messages to oneself.
    const to = { agent_id: agentId === actor.id ? null : agentId, user_id: null };
    const sent = await taskHooks.answer(tx, { task_id: id, to, content: answer }, actor);
    const changes = {
      ...UNBLOCKED,
      status: "queued" as const,
      question,
      answer_message_id: sent.message_id,
      ...(actor.kind === "agent" ? { handovers: task.handovers + 1 } : { escalated_from: [], handovers: 0 }),
      available_at: now.toISOString(),
    };
    const answered = await saveStep(tx, task, withUndo(changes, task, "answer", actor), now);
    return changed(
      { ...toWire(answered), question, answer },
      taskFact(answered, "answered", { previous_status: "blocked", message_id: sent.message_id }),
      sent.fact,
    );
  },
});
