/** The items of the inbox that are messages. Pure. */
import type { Message } from "@bailiwick/sdk";

export interface MessageItem {
  id: string;
  kind: "overdue" | "question" | "message" | "stuck";
  at: string;
  message: Message;
  /** Earlier unread messages of the conversation that need no reply, oldest first. */
  earlier: readonly Message[];
  /** The messages to mark as read, with the server's notices about them. Empty when all are read. */
  unreadIds: readonly string[];
}

export interface MessageSources {
  /** The person whose inbox it is. */
  userId: string;
  nowMs: number;
  /** Unread messages to the person. */
  unread: readonly Message[];
  /** Messages of the workspace that wait for a reply. */
  awaiting: readonly Message[];
}

/** An overdue reply between agents leaves the inbox after this time. */
const STUCK_SHOWN_MS = 7 * 86_400_000;

/** One item for each message that needs a reply, and one for each conversation with other unread messages. */
export function messageItems(sources: MessageSources): MessageItem[] {
  const { userId, awaiting, unread } = sources;
  const messages = new Map([...awaiting, ...unread].map((message) => [message.id, message]));
  const withReply = [...messages.values()].flatMap((message) => replyItem(message, sources) ?? []);
  // An answered message, or one with an item, needs no other item, and neither do the server's notices about it.
  const isSettled = (id: string) =>
    withReply.some(({ message }) => message.id === id) || messages.get(id)?.reply_state === "answered";
  const plain = unread.filter(
    (message) =>
      message.to_user_id === userId && !isSettled(message.id) && !(isNotice(message) && isSettled(message.in_reply_to)),
  );
  return [...withReply, ...byConversation(plain)];
}

const isNotice = (message: Message): message is Message & { in_reply_to: string } =>
  message.role === "system" && message.in_reply_to !== null;

function replyItem(message: Message, { userId, nowMs, unread }: MessageSources): MessageItem | undefined {
  const { id, to_user_id, from_user_id, reply_state, reply_by, created_at } = message;
  const isOverdue = reply_state === "overdue";
  if (from_user_id === userId || (!isOverdue && reply_state !== "open")) return undefined;
  const isMine = to_user_id === userId;
  const isOld = reply_by !== null && nowMs - Date.parse(reply_by) > STUCK_SHOWN_MS;
  if (!isMine && (!isOverdue || isOld)) return undefined;
  const kind = isMine ? (isOverdue ? "overdue" : "question") : "stuck";
  const related = unread.filter((other) => other.id === id || (isNotice(other) && other.in_reply_to === id));
  return {
    id: `message:${id}`,
    kind,
    at: created_at,
    message,
    earlier: [],
    unreadIds: related.map((other) => other.id),
  };
}

/** The id is that of the oldest message, so that the row stays the same while more messages arrive. */
function byConversation(plain: readonly Message[]): MessageItem[] {
  const ordered = plain.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [...new Set(plain.map(({ thread_id }) => thread_id))].flatMap((thread) => {
    const messages = ordered.filter(({ thread_id }) => thread_id === thread);
    const [oldest, newest] = [messages[0], messages.at(-1)];
    if (!oldest || !newest) return [];
    return {
      id: `message:${oldest.id}`,
      kind: "message" as const,
      at: newest.created_at,
      message: newest,
      earlier: messages.slice(0, -1),
      unreadIds: messages.map(({ id }) => id),
    };
  });
}
