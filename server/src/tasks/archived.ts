/** What an agent's tasks become when it is archived: nobody works on them, so they say so and wait for a person. */
import type { Tx } from "../kernel/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { governanceFact, taskFact } from "./facts.ts";
import { RELEASED, release } from "./finish.ts";
import { holdTask } from "./hold.ts";
import { saveStep } from "./store.ts";
import { listRunning } from "./store-list.ts";

const REASON = {
  code: "agent_archived",
  reason: "The assigned agent was archived while it ran the task.",
  next_step: "Assign the task to another agent, or cancel it.",
} as const;

/** Takes every running task from the agent. What is still queued for it stays queued and is told by `claim` and `start`. */
export async function blockRunningTasks(tx: Tx, agentId: string, now: Date): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const { id } of await listRunning(tx, agentId)) {
    const held = await holdTask(tx, id);
    const { task } = held;
    if (task.status !== "running" || task.assigned_to_agent_id !== agentId) continue;
    await release(tx, held);
    const changes = {
      ...RELEASED,
      status: "blocked",
      blocked_by: "guard",
      blocked_reason: REASON,
      fence: task.fence + 1,
    } as const;
    await saveStep(tx, task, changes, now);
    facts.push(
      taskFact(task, "blocked", { previous_status: "running", ...REASON }),
      governanceFact("task_blocked", task, { reason: REASON.reason }),
    );
  }
  return facts;
}
