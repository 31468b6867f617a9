/** What a message may be, and what became of the answer it asked for. Pure. */
import type { Actor } from "../kernel/actor.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import {
  CONTENT_BYTES_MAX,
  type MessageRole,
  OBLIGATIONS_MAX,
  RECIPIENTS_MAX,
  REPLY_WITHIN_MS_MAX,
  type ReplyState,
  type SendInput,
  SILENCE_MS,
  UNANSWERED_MAX,
} from "./schema.ts";

type Sender = Pick<Actor, "kind" | "id">;

/** A message as it was asked for; the thread it will stand in may still have to be found. */
export interface Draft {
  role: MessageRole;
  content: string;
  from_agent_id: string | null;
  from_user_id: string | null;
  to_agent_id: string | null;
  to_user_id: string | null;
  task_id: string | null;
  thread_id: string | null;
  in_reply_to: string | null;
  reply_by: string | null;
}

/** Role and sender are the credential's; no input names them. */
export function draftMessage(input: SendInput, by: Sender): Draft {
  return {
    role: by.kind === "agent" || by.kind === "user" ? by.kind : "system",
    content: input.content,
    from_agent_id: by.kind === "agent" ? by.id : null,
    from_user_id: by.kind === "user" ? by.id : null,
    to_agent_id: lowerCase(input.to_agent_id),
    to_user_id: lowerCase(input.to_user_id),
    task_id: lowerCase(input.task_id),
    thread_id: lowerCase(input.thread_id),
    in_reply_to: lowerCase(input.in_reply_to),
    reply_by: input.reply_by ?? null,
  };
}

/** Ids are compared and hashed, so they have one form. */
function lowerCase(id: string | undefined): string | null {
  return id?.toLowerCase() ?? null;
}

/** What is wrong with a message wherever it goes, if anything is. */
export function faultOf(draft: Draft, by: Sender): Problem | undefined {
  if (by.kind === "service") return new Problem("forbidden", "A service key sends no messages; use an agent's key.");
  const { to_agent_id, to_user_id, task_id, thread_id, reply_by } = draft;
  const isAddressed = recipientOf(draft) !== null;
  if (to_agent_id !== null && to_user_id !== null) {
    return invalid("/to_user_id", "does not go with to_agent_id: a message is addressed to one.");
  }
  if (!isAddressed && task_id === null && thread_id === null) {
    return invalid("/to_agent_id", "is needed, or else one of to_user_id, task_id and thread_id.");
  }
  if (isAddressed && recipientOf(draft) === senderIdOf(draft)) {
    return invalid(to_agent_id === null ? "/to_user_id" : "/to_agent_id", "is yourself.");
  }
  if (reply_by !== null && !isAddressed) {
    return invalid("/reply_by", "needs to_agent_id or to_user_id: only somebody who is addressed owes an answer.");
  }
  // Some times that the shape lets through, such as a leap second, are none here.
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

interface Asked {
  reply_by: string | null;
  replied_at: string | null;
  overdue_at: string | null;
}

export function replyState({ reply_by, replied_at, overdue_at }: Asked): ReplyState {
  if (reply_by === null) return "none";
  if (replied_at !== null) return "answered";
  return overdue_at === null ? "open" : "overdue";
}

/** What is told of an exchange that came to its end. */
interface Ended {
  recipient_id: string;
  last_at: string;
}

export function hopLimit(hopsMax: number, { recipient_id, last_at }: Ended): Problem {
  const until = new Date(Date.parse(last_at) + SILENCE_MS).toISOString();
  return new Problem(
    "hop_limit",
    `Agents wrote ${hopsMax} messages to and fro, in whatever threads, without anything coming of it.`,
    {
      to_agent_id: recipient_id,
      open_again_at: until,
      next_step:
        "Do the work instead: you may write again once one of you has begun, completed or failed a task that the other " +
        `or a person gave it, once a person has written to one of you, or at ${until} if nothing is written until then. ` +
        "You can write to a person with to_user_id.",
    },
  );
}

export function unansweredLimit({ recipient_id }: Ended): Problem {
  return new Problem(
    "unanswered_limit",
    `You wrote ${UNANSWERED_MAX} messages to this person since their last answer, and the last is not read.`,
    {
      to_user_id: recipient_id,
      next_step:
        "Go on without an answer, or block the task that needs one: people see what is blocked. You may write again once " +
        "the person has answered or read your last message.",
    },
  );
}

export function obligationLimit(): Problem {
  return new Problem("obligation_limit", `You wait for ${OBLIGATIONS_MAX} answers, the most there may be.`, {
    errors: [{ path: "/reply_by", message: "asks for one answer too many." }],
    next_step: "Send it without reply_by, or wait until some are answered or overdue.",
  });
}

export function requireFewRecipients(count: number): void {
  if (count <= RECIPIENTS_MAX) return;
  throw new Problem("conflict", `More than ${RECIPIENTS_MAX} others are in this thread.`, {
    next_step: "Address one of them with to_agent_id or to_user_id.",
  });
}

/** Whose inbox a caller may ask for: its own. */
export function requireInbox({ kind, id }: Sender): string {
  if (kind === "agent" || kind === "user") return id;
  throw new Problem("forbidden", "Only an agent and a person have an inbox.");
}
