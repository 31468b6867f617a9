/** Escalates a task to the next agent above its assignee, or to people when no agent is left. */
import type { Fact } from "../../kernel/facts/fact.ts";
import type { CommandContext } from "../../kernel/operation.ts";
import { findEscalationTarget } from "../../team/index.ts";
import { governanceFact, taskFact } from "../facts.ts";
import { assignedTo, assigneeOf } from "../rules.ts";
import type { TaskRow } from "../schema.ts";
import { RELEASED, saveStep, type TaskChanges, UNBLOCKED } from "../store/tasks.ts";
import { withUndo } from "../undo-rules.ts";
import { release } from "./finish.ts";
import type { Held } from "./hold.ts";

interface Escalation {
  reason: string;
  /** The time that each level has to begin the task before it goes further up. */
  seconds: number;
}

/** The caller must have locked the workspace, so that no agent above is archived or demoted meanwhile. */
export async function escalate(
  { tx, now, actor }: Pick<CommandContext, "tx" | "now" | "actor">,
  held: Held,
  { reason, seconds }: Escalation,
): Promise<{ task: TaskRow; facts: [Fact, Fact] }> {
  const { task } = held;
  const from = assigneeOf(task);
  const had = from === null ? task.escalated_from : [...new Set([...task.escalated_from, from])];
  const to = await findEscalationTarget(tx, task.assigned_to_agent_id, task.escalated_from);
  await release(tx, held);
  const changes: TaskChanges = {
    ...RELEASED,
    ...(to === null ? waitingForPerson(reason) : escalatedTo(to, new Date(now.getTime() + seconds * 1_000))),
    // The previous holder loses the lease.
    fence: task.fence + 1,
    escalated_from: had,
    escalation_seconds: seconds,
    available_at: now.toISOString(),
  };
  const saved = await saveStep(tx, task, withUndo(changes, task, "escalate", actor), now);
  const payload = { from_agent_id: from, to_agent_id: to, previous_status: task.status, reason };
  return {
    task: saved,
    facts: [
      governanceFact("task_escalated", task, { to, reason }),
      taskFact(saved, "escalated", { ...payload, escalates_at: saved.escalates_at }),
    ],
  };
}

function escalatedTo(agentId: string, escalatesAt: Date): TaskChanges {
  return { ...UNBLOCKED, status: "queued", ...assignedTo(agentId), escalates_at: escalatesAt.toISOString() };
}

function waitingForPerson(reason: string): TaskChanges {
  const why = {
    code: "waiting_for_person",
    reason,
    next_step: "Answer, assign or cancel the task: no agent is above the previous assignee.",
  };
  return { status: "blocked", blocked_by: "escalation", blocked_reason: why, escalates_at: null };
}
