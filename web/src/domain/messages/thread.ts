/** One conversation: its participants, its days, and the address of a reply. Pure. */
import type { Message, MessagesSendInput } from "@bailiwick/sdk";

/** Returns the messages oldest first; `isNewDay` marks the first message of a day. */
export function withDays(newestFirst: readonly Message[]): { message: Message; isNewDay: boolean }[] {
  const ordered = newestFirst.toReversed();
  const dayOf = (message: Message | undefined) => message && new Date(message.created_at).toDateString();
  return ordered.map((message, at) => ({ message, isNewDay: dayOf(message) !== dayOf(ordered[at - 1]) }));
}

/** Returns the senders and recipients, the latest first and the person last. */
export function partiesOf(messages: readonly Message[], userId: string): string[] {
  const all = messages.flatMap(({ from_agent_id, from_user_id, to_agent_id, to_user_id }) =>
    [from_agent_id, from_user_id, to_agent_id, to_user_id].filter((id) => id !== null),
  );
  const others = [...new Set(all)].filter((id) => id !== userId);
  return all.includes(userId) ? [...others, userId] : others;
}

export type Address = Pick<MessagesSendInput, "to_agent_id" | "to_user_id" | "task_id" | "thread_id" | "in_reply_to">;

/** The address of a new message in a conversation: its task, the other of two participants, or the thread itself. */
export function addressIn(threadId: string, userId: string, messages: readonly Message[]): Address {
  const task = messages.find(({ task_id }) => task_id !== null)?.task_id;
  if (task) return { task_id: task };
  const mine = messages.find(
    ({ role, from_user_id, to_user_id }) => role !== "system" && (from_user_id === userId || to_user_id === userId),
  );
  const isDirect = mine && (mine.to_agent_id !== null || mine.to_user_id !== null);
  if (!isDirect) return { thread_id: threadId };
  const other =
    mine.from_user_id === userId ? mine : { to_agent_id: mine.from_agent_id, to_user_id: mine.from_user_id };
  return {
    thread_id: threadId,
    ...(other.to_agent_id && { to_agent_id: other.to_agent_id }),
    ...(other.to_user_id && { to_user_id: other.to_user_id }),
  };
}

/** The address of a reply: the sender of the message. */
export function replyTo({ id, thread_id, task_id, from_agent_id, from_user_id }: Message): Address {
  return {
    in_reply_to: id,
    ...(task_id ? { task_id } : { thread_id }),
    ...(from_agent_id && { to_agent_id: from_agent_id }),
    ...(!from_agent_id && from_user_id && { to_user_id: from_user_id }),
  };
}
