/** Asks whoever gave a task, and waits for the answer. */
import type { Client, Task } from "../../../../../sdk/src/index.ts";

/** Until then an answer is waited for; without one the work goes on. Milliseconds. */
const ANSWER_MS = 30_000;
/** One look into the inbox waits so long. Seconds. */
const WAIT_SECONDS = 10;

/** Undefined when a person gave the task, or nobody answered in time. */
export async function ask(
  client: Client,
  { id: task_id, attempt, created_by_agent_id: to }: Task,
  content: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (to === null) return undefined;
  const until = Date.now() + ANSWER_MS;
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
