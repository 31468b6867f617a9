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

/** The audit, and the person who gets the questions of the supervisor. */
export interface Oversight {
  audit: Task;
  askedId: string | undefined;
}

/** Completes the tasks of this audit that the crew escalated, and asks a person about them. */
export async function decideEscalated(
  client: Client,
  { audit, askedId }: Oversight,
  signal: AbortSignal,
): Promise<void> {
  const mine = {
    parent_task_id: audit.id,
    ...(audit.assigned_to_agent_id !== null && { assigned_to_agent_id: audit.assigned_to_agent_id }),
    status: "queued",
  } as const;
  const { items } = await client.tasks.list(mine, { signal });
  for (const { id, escalated_from } of items) {
    if (escalated_from.length === 0) continue;
    const { fence = 0 } = await client.tasks.start({ id }, { signal });
    const output = { decision: await decisionOf(client, id, askedId, signal) };
    await client.tasks.complete({ id, fence, output }, { signal });
  }
}

const QUESTION = "Keep packages in several versions, or update them to one version?";
const KEPT = "Keep them: npm needs both versions.";
/** A person has this time to answer. Until then the question stands in the inbox. */
const ANSWER_WITHIN_MS = 7 * 86_400_000;
const MESSAGES_READ_MAX = 100;

/** A person decides, and until then the packages stay. An answer to an earlier run counts for all later runs. */
async function decisionOf(
  client: Client,
  taskId: string,
  askedId: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (askedId === undefined) return `${KEPT} Check again after the next update.`;
  const { agent } = await client.agents.me({}, { signal });
  const { items } = await client.messages.list({ agent_id: agent.id, limit: MESSAGES_READ_MAX }, { signal });
  const question = items.find(({ to_user_id, content }) => to_user_id === askedId && content.startsWith(QUESTION));
  const answer = question && items.find(({ in_reply_to }) => in_reply_to === question.id);
  if (answer) return `A person decided: ${answer.content}`;
  if (!question) {
    const { events } = await client.tasks.get({ id: taskId }, { signal });
    const reason = String(events.findLast(({ event_type: type }) => type === "escalated")?.payload.reason ?? "");
    const content = `${QUESTION} ${reason} Until you answer, the crew keeps them; its next audit follows your answer.`;
    const reply_by = new Date(Date.now() + ANSWER_WITHIN_MS).toISOString();
    const message = { content, to_user_id: askedId, task_id: taskId, reply_by };
    await client.messages.send(message, { idempotencyKey: `decision about ${taskId}`, signal });
  }
  return `${KEPT} A person has the question, and may decide otherwise.`;
}
