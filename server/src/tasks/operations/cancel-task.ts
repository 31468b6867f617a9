import { changed, command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { requireTake } from "../rules.ts";
import { CanceledTask, OptionalReason, TaskId } from "../schema.ts";
import { cancelDescendants } from "../steps/ending.ts";
import { finish } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { toWire } from "../to-wire.ts";

export const cancelTask = command({
  name: "tasks.cancel",
  summary: "Cancel an open task, including a running one, and all open tasks below it.",
  description:
    "The next heartbeat informs the agent that runs the task. Canceled is final; retry creates a new task. In a very " +
    "large tree, the tasks below end within seconds; `ending` is their number, and none of them starts.",
  route: "POST /tasks/{id}/cancel",
  permission: "tasks:write",
  keeps: keptInputs,
  pastQuota: "passes",
  input: Fields({ ...TaskId, ...OptionalReason }),
  output: CanceledTask,
  problems: ["not_found", "agent_paused", "not_assignee", "forbidden", "illegal_step"],
  async run({ tx, actor, now }, { id, reason = null }) {
    const held = await holdTask(tx, id, { finishing: true });
    requireTake(held, "cancel", actor);
    const { facts: below, ending } = await cancelDescendants(tx, held, actor, "parent_canceled");
    const { task, facts } = await finish(tx, held, { status: "canceled", canceled_by: actor.kind }, now);
    const fact = taskFact(task, "canceled", { previous_status: held.task.status, reason });
    return changed({ ...toWire(task), ...(ending > 0 && { ending }) }, fact, ...below, ...facts);
  },
});
