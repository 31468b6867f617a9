import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { assigneeOf, leaseEnded } from "../rules.ts";
import { TaskId } from "../schema.ts";
import { endAttempt } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { endStopped } from "../steps/stopped.ts";
import { isToStop } from "../stop-rules.ts";

export const endLease = command({
  name: "tasks.end_lease",
  summary: "End an expired lease; the task is queued again, or fails when no attempts are left.",
  route: "POST /internal/tasks/{id}/end-lease",
  internal: true,
  permission: "tasks:sweep",
  input: Fields(TaskId),
  output: Fields({ ended: Type.Boolean() }),
  problems: ["not_found"],
  async run({ tx, actor, now }, { id }) {
    const held = await holdTask(tx, id, { finishing: true });
    // A heartbeat or another sweep may have run between the read and the lock.
    if (held.task.status !== "running" || !leaseEnded(held.task, now)) return unchanged({ ended: false });
    if (isToStop(held.task)) return changed({ ended: true }, await endStopped(tx, held, now));
    const { task, facts: below } = await endAttempt(tx, held, actor, { retryable: true, leaseEnded: true }, now);
    const { attempt, fence } = held.task;
    const agent_id = assigneeOf(held.task);
    const expired = taskFact(held.task, "lease_expired", { attempt, fence, agent_id, available_at: task.available_at });
    const reason = held.task.is_seen ? "lease_expired" : "unseen_attempts";
    const failed = taskFact(task, "failed", { reason, attempt });
    return changed({ ended: true }, expired, ...below, ...(task.status === "failed" ? [failed] : []));
  },
});
