/** The supervisor's work for others: it answers questions and decides escalated tasks. */
import type { Client, Task } from "../../../../../sdk/src/index.ts";

/** The number of biggest packages that a report names. */
const BIGGEST_NAMED = 5;

/** Replies to every message that expects a reply, and marks all messages as read. */
export async function answerQuestions(client: Client, signal: AbortSignal): Promise<void> {
  const { items } = await client.messages.inbox({ unread: true }, { signal });
  for (const { id, from_agent_id: to_agent_id, reply_state, task_id } of items) {
    if (to_agent_id === null || reply_state !== "open") continue;
    const answer = { content: String(BIGGEST_NAMED), to_agent_id, in_reply_to: id, ...(task_id && { task_id }) };
    await client.messages.send(answer, { idempotencyKey: `answer to ${id}`, signal });
  }
  if (items.length > 0) await client.messages.markRead({ message_ids: items.map(({ id }) => id) }, { signal });
}

/** Completes the tasks of this audit that the crew escalated. */
export async function decideEscalated(client: Client, audit: Task, signal: AbortSignal): Promise<void> {
  const mine = {
    parent_task_id: audit.id,
    ...(audit.assigned_to_agent_id !== null && { assigned_to_agent_id: audit.assigned_to_agent_id }),
    status: "queued",
  } as const;
  const { items } = await client.tasks.list(mine, { signal });
  for (const { id, escalated_from } of items) {
    if (escalated_from.length === 0) continue;
    const { fence = 0 } = await client.tasks.start({ id }, { signal });
    const output = { decision: "Keep them: npm needs both versions. Check again after the next update." };
    await client.tasks.complete({ id, fence, output }, { signal });
  }
}
