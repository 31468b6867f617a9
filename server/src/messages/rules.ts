/** Pure rules for messages and for the answers that they request. */
import type { Actor } from "../kernel/actor.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import {
  CONTENT_BYTES_MAX,
  OBLIGATIONS_MAX,
  RECIPIENTS_MAX,
  REPLY_WITHIN_MS_MAX,
  type ReplyState,
  type SendInput,
  type SentMessage,
  SILENCE_MS,
  UNANSWERED_MAX,
} from "./schema.ts";

export type Sender = Pick<Actor, "kind" | "id">;

/** A message from an input. Its thread may not be known yet. */
export type Draft = Omit<SentMessage, "id" | "thread_id"> & { thread_id: string | null };

/** Role and sender come from the credential; no input names them. */
export function senderOf({ kind, id }: Sender): Pick<Draft, "role" | "from_agent_id" | "from_user_id"> {
  return {
    role: kind === "agent" || kind === "user" ? kind : "system",
    from_agent_id: kind === "agent" ? id : null,
    from_user_id: kind === "user" ? id : null,
  };
}

export function draftMessage(input: SendInput, by: Sender): Draft {
  return {
    ...senderOf(by),
    content: input.content,
    to_agent_id: input.to_agent_id ?? null,
    to_user_id: input.to_user_id ?? null,
    task_id: input.task_id ?? null,
    thread_id: input.thread_id ?? null,
    in_reply_to: input.in_reply_to ?? null,
    reply_by: input.reply_by ?? null,
    attachment_ids: input.attachment_ids ?? [],
  };
}

/** Returns the fault of a message that no thread can change, or undefined. */
export function faultOf(draft: Draft, by: Sender): Problem | undefined {
  if (by.kind === "service") return new Problem("forbidden", "A service key cannot send messages; use an agent's key.");
  const { to_agent_id, to_user_id, task_id, thread_id, reply_by } = draft;
  const isAddressed = recipientOf(draft) !== null;
  if (to_agent_id !== null && to_user_id !== null) {
    return invalid("/to_user_id", "cannot be combined with to_agent_id: a message has one addressee.");
  }
  if (!isAddressed && task_id === null && thread_id === null) {
    return invalid("/to_agent_id", "is required, or one of to_user_id, task_id and thread_id.");
  }
  if (isAddressed && recipientOf(draft) === senderIdOf(draft)) {
    return invalid(to_agent_id === null ? "/to_user_id" : "/to_agent_id", "is yourself.");
  }
  if (reply_by !== null && !isAddressed) {
    return invalid("/reply_by", "needs to_agent_id or to_user_id: only an addressee owes an answer.");
  }
  // The shape accepts some times that JavaScript cannot parse, such as a leap second.
  if (reply_by !== null && Number.isNaN(Date.parse(reply_by))) return invalid("/reply_by", "is not a time.");
  if (Buffer.byteLength(draft.content) > CONTENT_BYTES_MAX) {
    return invalid("/content", `is longer than ${CONTENT_BYTES_MAX} bytes of UTF-8.`);
  }
  return undefined;
}

export function requireReplyTime({ reply_by }: Draft, now: Date): void {
  if (reply_by === null) return;
  const ahead = Date.parse(reply_by) - now.getTime();
  if (ahead <= 0) throw invalid("/reply_by", "is not in the future.");
  if (ahead > REPLY_WITHIN_MS_MAX) throw invalid("/reply_by", "is more than 30 days ahead.");
}

export function recipientOf({ to_agent_id, to_user_id }: Pick<Draft, "to_agent_id" | "to_user_id">): string | null {
  return to_agent_id ?? to_user_id;
}

export function senderIdOf({
  from_agent_id,
  from_user_id,
}: Pick<Draft, "from_agent_id" | "from_user_id">): string | null {
  return from_agent_id ?? from_user_id;
}

interface ReplyTimes {
  reply_by: string | null;
  replied_at: string | null;
  overdue_at: string | null;
}

export function replyState({ reply_by, replied_at, overdue_at }: ReplyTimes): ReplyState {
  if (reply_by === null) return "none";
  if (replied_at !== null) return "answered";
  return overdue_at === null ? "open" : "overdue";
}

/** An exchange that has reached its limit. */
interface Ended {
  recipient_id: string;
  last_at: string;
}

export function hopLimit(hopsMax: number, { recipient_id, last_at }: Ended): Problem {
  const until = new Date(Date.parse(last_at) + SILENCE_MS).toISOString();
  return new Problem(
    "hop_limit",
    `Agents exchanged ${hopsMax} messages in all threads together without any progress.`,
    {
      to_agent_id: recipient_id,
      open_again_at: until,
      next_step:
        "Do the work instead. You may write again after one of you has begun, completed or failed a task that the " +
        `other or a person assigned, after a person has written to one of you, or at ${until} if neither writes until ` +
        "then. " +
        "You can write to a person with to_user_id.",
    },
  );
}

export function unansweredLimit({ recipient_id }: Ended): Problem {
  return new Problem(
    "unanswered_limit",
    `You wrote ${UNANSWERED_MAX} messages to this person since their last answer, and the last one is unread.`,
    {
      to_user_id: recipient_id,
      next_step:
        "Continue without an answer, or block the task that needs one: people see blocked tasks. You may write again " +
        "after the person has answered or has read your last message.",
    },
  );
}

export function obligationLimit(): Problem {
  return new Problem("obligation_limit", `You wait for ${OBLIGATIONS_MAX} answers, which is the maximum.`, {
    errors: [{ path: "/reply_by", message: "requests more answers than you may wait for." }],
    next_step: "Send the message without reply_by, or wait until some messages are answered or overdue.",
  });
}

export function requireFewRecipients(count: number): void {
  if (count <= RECIPIENTS_MAX) return;
  throw new Problem("conflict", `More than ${RECIPIENTS_MAX} others are in this thread.`, {
    next_step: "Address one of them with to_agent_id or to_user_id.",
  });
}

/** Returns the owner of the inbox that a caller may read: the caller itself. */
export function requireInbox({ kind, id }: Sender): string {
  if (kind === "agent" || kind === "user") return id;
  throw new Problem("forbidden", "Only agents and people have an inbox.");
}
