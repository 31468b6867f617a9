/** Everything that waits for a person, as one list with the most urgent first. Pure. */
import type { Invitation, Message, Task, TaskGap } from "@bailiwick/sdk";

export type InboxItem =
  | { id: string; kind: "escalation" | "blocked"; at: string; task: Task }
  | { id: string; kind: "overdue" | "question" | "message" | "stuck"; at: string; message: Message }
  | { id: string; kind: "gap"; at: string; task: Task; gap: TaskGap }
  | { id: string; kind: "invitation"; at: string; invitation: Invitation };

export type InboxKind = InboxItem["kind"];

export interface InboxSources {
  /** The person whose inbox it is. */
  userId: string;
  blocked: readonly Task[];
  /** Unread messages to the person. */
  unread: readonly Message[];
  /** Messages of the workspace whose asked-for answer has not come. */
  awaiting: readonly Message[];
  gaps: readonly { task: Task; gap: TaskGap }[];
  invitations: readonly Invitation[];
}

/** The order of kinds: what nobody but a person can move on comes before what may move on by itself. */
const ORDER: readonly InboxKind[] = [
  "escalation",
  "overdue",
  "blocked",
  "question",
  "message",
  "stuck",
  "gap",
  "invitation",
];

/** Within a kind the newest first. A thing stands in it once, as the most urgent of what it is. */
export function inboxItems({ userId, blocked, unread, awaiting, gaps, invitations }: InboxSources): InboxItem[] {
  const messages = [...awaiting, ...unread].flatMap((message) => messageItem(message, userId) ?? []);
  const all: InboxItem[] = [
    ...blocked.map(blockedItem),
    ...messages,
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

function blockedItem(task: Task): InboxItem {
  const isForPeople = task.blocked_reason?.code === "waiting_for_person";
  return { id: `task:${task.id}`, kind: isForPeople ? "escalation" : "blocked", at: task.updated_at, task };
}

function messageItem(message: Message, userId: string): InboxItem | undefined {
  const isMine = message.to_user_id === userId;
  const isOverdue = message.reply_state === "overdue";
  if (message.from_user_id === userId || (!isMine && !isOverdue)) return undefined;
  const kind = isMine ? kindOfMine(message) : "stuck";
  return { id: `message:${message.id}`, kind, at: message.created_at, message };
}

function kindOfMine({ reply_state }: Message): "overdue" | "question" | "message" {
  if (reply_state === "overdue") return "overdue";
  return reply_state === "open" ? "question" : "message";
}
