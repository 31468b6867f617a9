import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { findStop } from "../../stops/index.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { assigneeOf } from "../rules.ts";
import { TaskId } from "../schema.ts";
import { escalate } from "../steps/escalation.ts";
import { holdTask } from "../steps/hold.ts";
import { saveStep } from "../store/tasks.ts";

export const passOnTask = command({
  name: "tasks.pass_on",
  summary: "Escalate a task one level further when no agent began it in time.",
  route: "POST /internal/tasks/{id}/pass-on",
  internal: true,
  permission: "tasks:sweep",
  input: Fields(TaskId),
  output: Fields({ escalated: Type.Boolean() }),
  problems: ["not_found"],
  async run({ tx, actor, now }, { id }) {
    // Before every other lock. The lock keeps the hierarchy unchanged until the commit.
    await lockWorkspace(tx);
    const held = await holdTask(tx, id);
    const { status, escalates_at, escalation_seconds: seconds } = held.task;
    // An agent may have begun the task between the read and the lock.
    const isDue = status === "queued" && escalates_at !== null && Date.parse(escalates_at) <= now.getTime();
    if (!isDue || seconds === null) return unchanged({ escalated: false });
    if (await findStop(tx, "starts", { agent_id: assigneeOf(held.task), root_task_id: held.task.root_task_id })) {
      // Nobody may begin it now, so the time begins again.
      const again = new Date(now.getTime() + seconds * 1_000).toISOString();
      await saveStep(tx, held.task, { escalates_at: again }, now);
      return unchanged({ escalated: false });
    }
    const { facts } = await escalate({ tx, actor, now }, held, { reason: "No agent began the task in time.", seconds });
    return changed({ escalated: true }, ...facts);
  },
});
