/** Sends a question to the agent that created a task, and waits for the answer. */
import type { Client, Task } from "../../../../../sdk/src/index.ts";

/** The longest wait for an answer. Without an answer the work goes on. */
const ANSWER_MS_MAX = 30_000;
/** The wait of one call of the inbox. */
const WAIT_SECONDS = 10;

/** Returns undefined when a person created the task, or when no answer came in time. */
export async function ask(
  client: Client,
  { id: task_id, attempt, created_by_agent_id: to }: Task,
  content: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (to === null) return undefined;
  const until = Date.now() + ANSWER_MS_MAX;
  const reply_by = new Date(until).toISOString();
  const once = { idempotencyKey: `question of ${task_id} ${attempt}`, signal };
  const question = await client.messages.send({ content, to_agent_id: to, task_id, reply_by }, once);
  while (Date.now() < until) {
    const { items } = await client.messages.inbox({ unread: true, wait_seconds: WAIT_SECONDS }, { signal });
    if (items.length > 0) await client.messages.markRead({ message_ids: items.map(({ id }) => id) }, { signal });
    const answer = items.find(({ in_reply_to }) => in_reply_to === question.id);
    if (answer) return answer.content;
  }
  return undefined;
}
