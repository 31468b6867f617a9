/** One conversation: its messages, and where an answer goes. */
import type { Message, MessagesSendInput } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";

const PAGE_SIZE = 50;
const keyOf = (id: string) => ["messages", "thread", id] as const;

/** Newest first, as they are read; the page shows them the other way round. */
export function useThread(id: string) {
  return useList<Message>({
    key: keyOf(id),
    page: (client, at, call) => client.messages.list({ thread_id: id, ...at }, call),
    idOf: (message) => message.id,
    one: (client, messageId) => client.messages.get({ id: messageId }),
    pageSize: PAGE_SIZE,
  });
}

/** Shows what was sent at once, without waiting for the conversation to be read anew. */
export function useShowSent(): (message: Message) => void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  return (message) =>
    cache.setQueryData<{ rows: Message[] }>([workspace.id, ...keyOf(message.thread_id)], (held) => {
      const isKnown = held?.rows.some(({ id }) => id === message.id) ?? true;
      return held && !isKnown ? { ...held, rows: [message, ...held.rows] } : held;
    });
}

/** Oldest first, each with whether a day begins with it. Pure. */
export function withDays(newestFirst: readonly Message[]): { message: Message; isNewDay: boolean }[] {
  const ordered = newestFirst.toReversed();
  const dayOf = (message: Message | undefined) => message && new Date(message.created_at).toDateString();
  return ordered.map((message, at) => ({ message, isNewDay: dayOf(message) !== dayOf(ordered[at - 1]) }));
}

/** Who wrote or was written to, the latest first; the person themself last. Pure. */
export function partiesOf(messages: readonly Message[], userId: string): string[] {
  const all = messages.flatMap(({ from_agent_id, from_user_id, to_agent_id, to_user_id }) =>
    [from_agent_id, from_user_id, to_agent_id, to_user_id].filter((id) => id !== null),
  );
  const others = [...new Set(all)].filter((id) => id !== userId);
  return all.includes(userId) ? [...others, userId] : others;
}

export type Address = Pick<MessagesSendInput, "to_agent_id" | "to_user_id" | "task_id" | "thread_id" | "in_reply_to">;

/** Where something new in a conversation goes: to its task, to the other of two, or to the thread itself. Pure. */
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

/** The answer to one message goes to whoever wrote it. Pure. */
export function answerTo({ id, thread_id, task_id, from_agent_id, from_user_id }: Message): Address {
  return {
    in_reply_to: id,
    ...(task_id ? { task_id } : { thread_id }),
    ...(from_agent_id && { to_agent_id: from_agent_id }),
    ...(!from_agent_id && from_user_id && { to_user_id: from_user_id }),
  };
}
