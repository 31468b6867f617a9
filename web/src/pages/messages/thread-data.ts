/** One conversation: its messages, and where an answer goes. */
import type { Message, MessagesSendInput } from "@bailiwick/sdk";
import { useList } from "../../data/list.ts";

const PAGE_SIZE = 50;

/** Newest first, as they are read; the page shows them the other way round. */
export function useThread(id: string) {
  return useList<Message>({
    key: ["messages", "thread", id],
    page: (client, at, call) => client.messages.list({ thread_id: id, ...at }, call),
    idOf: (message) => message.id,
    one: (client, messageId) => client.messages.get({ id: messageId }),
    pageSize: PAGE_SIZE,
  });
}

export type Address = Pick<MessagesSendInput, "to_agent_id" | "to_user_id" | "task_id" | "thread_id" | "in_reply_to">;

/** Where something new in a conversation goes: to its task, to the other of two, or to the thread itself. Pure. */
export function addressIn(threadId: string, userId: string, messages: readonly Message[]): Address {
  const task = messages.find(({ task_id }) => task_id !== null)?.task_id;
  if (task) return { task_id: task };
  const mine = messages.find(({ from_user_id, to_user_id }) => from_user_id === userId || to_user_id === userId);
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

/** The answer to one message goes to whoever wrote it. Pure. */
export function answerTo({ id, thread_id, task_id, from_agent_id, from_user_id }: Message): Address {
  return {
    in_reply_to: id,
    ...(task_id ? { task_id } : { thread_id }),
    ...(from_agent_id && { to_agent_id: from_agent_id }),
    ...(!from_agent_id && from_user_id && { to_user_id: from_user_id }),
  };
}
