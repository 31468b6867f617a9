/** Everything that waits for a person, as one list with the most urgent items first. Pure. */
import type { AwayAgent, Invitation, Message, TaskGap } from "@bailiwick/sdk";
import { type TaskRow, waitsForChildren } from "../../data/tasks.ts";

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

/** An agent that is away while tasks wait for it. */
export interface AwayItem {
  id: string;
  kind: "away";
  at: string;
  away: AwayAgent;
}

export type InboxItem =
  | { id: string; kind: "escalation" | "blocked"; at: string; task: TaskRow }
  | MessageItem
  | { id: string; kind: "gap"; at: string; task: TaskRow; gap: TaskGap }
  | AwayItem
  | { id: string; kind: "invitation"; at: string; invitation: Invitation };

export type InboxKind = InboxItem["kind"];

export interface InboxSources {
  /** The person whose inbox it is. */
  userId: string;
  nowMs: number;
  blocked: readonly TaskRow[];
  /** Unread messages to the person. */
  unread: readonly Message[];
  /** Messages of the workspace that wait for a reply. */
  awaiting: readonly Message[];
  away: readonly AwayAgent[];
  /** The tasks that no agent can take for another reason. */
  gaps: readonly { task: TaskRow; gap: TaskGap }[];
  invitations: readonly Invitation[];
}

/** The server counts up to this number of tasks for an agent. */
const COUNTED_MAX = 1_000;

export function waitingText({ waiting }: AwayAgent): string {
  const count = waiting < COUNTED_MAX ? waiting : `${waiting} or more`;
  return waiting === 1 ? "1 task waits" : `${count} tasks wait`;
}

/** The order of kinds: items that only a person can resolve come before items that may resolve by themselves. */
const ORDER: readonly InboxKind[] = [
  "escalation",
  "overdue",
  "blocked",
  "question",
  "message",
  "stuck",
  "away",
  "gap",
  "invitation",
];

/** An overdue reply between agents leaves the inbox after this time. */
const STUCK_SHOWN_MS = 7 * 86_400_000;

/** Within a kind the newest item comes first. A thing with several kinds is listed once, with the most urgent kind. */
export function inboxItems(sources: InboxSources): InboxItem[] {
  const { blocked, away, gaps, invitations } = sources;
  const all: InboxItem[] = [
    ...blocked.filter((task) => !waitsForChildren(task)).map(blockedItem),
    ...messageItems(sources),
    ...away.map((one) => ({
      id: `agent:${one.agent_id}`,
      kind: "away" as const,
      at: one.gap.waiting_since,
      away: one,
    })),
    ...gaps.map(({ task, gap }) => ({ id: `task:${task.id}`, kind: "gap" as const, at: gap.waiting_since, task, gap })),
    ...invitations.map((invitation) => ({
      id: `invitation:${invitation.id}`,
      kind: "invitation" as const,
      at: invitation.created_at,
      invitation,
    })),
  ];
  const sorted = all.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.at < b.at ? 1 : -1));
  return [...new Map(sorted.toReversed().map((item) => [item.id, item])).values()].toReversed();
}

function blockedItem(task: TaskRow): InboxItem {
  const isForPeople = task.blocked_reason?.code === "waiting_for_person";
  return { id: `task:${task.id}`, kind: isForPeople ? "escalation" : "blocked", at: task.updated_at, task };
}

/** One item for each message that needs a reply, and one for each conversation with other unread messages. */
function messageItems(sources: InboxSources): MessageItem[] {
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

function replyItem(message: Message, { userId, nowMs, unread }: InboxSources): MessageItem | undefined {
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
