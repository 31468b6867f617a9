/** What the server says when an answer is due: to who owes it, who waits for it, and who stands above. */
import { uuidv7 } from "uuidv7";
import type { Tx } from "../kernel/db/db.ts";
import { findEscalationTarget } from "../team/index.ts";
import { findOwner } from "../workspaces/index.ts";
import { recipientOf, senderIdOf } from "./rules.ts";
import type { Party } from "./store/messages.ts";
import { type Notice, SERVER, type Untold } from "./store/notices.ts";
import type { Outgoing } from "./store/send.ts";
import type { DueMessage } from "./store/sweep.ts";

/** The one reminder, at half time. */
export function reminderOf(due: DueMessage): Outgoing {
  const { to_agent_id: agent_id, to_user_id: user_id } = due;
  const text = `An answer to message ${due.id} of ${senderName(due)} is due by ${due.reply_by}.`;
  return notice(due, { agent_id, user_id }, text);
}

/** Who is to be told that this message was not answered, and to whom above it goes. */
export async function untoldOf(tx: Tx, due: DueMessage): Promise<{ untold: Untold[]; escalatedTo: string | null }> {
  const above = await findAbove(tx, due);
  const aboveId = above && (above.agent_id ?? above.user_id);
  const senderId = senderIdOf(due);
  const told = new Map<string, Party>();
  if (senderId !== null) told.set(senderId, { agent_id: due.from_agent_id, user_id: due.from_user_id });
  if (above && aboveId) told.set(aboveId, above);
  // The one who owes the answer knows.
  told.delete(recipientOf(due) ?? "");
  const about = { sender_id: senderId ?? SERVER, waiting: 1, message_id: due.id };
  return { untold: [...told.values()].map((party) => ({ ...party, ...about })), escalatedTo: aboveId ?? null };
}

/** One entry for each who is told and each sender, with the last message. */
export function gathered(untold: readonly Untold[]): Untold[] {
  const entries = new Map<string, Untold>();
  for (const one of untold) {
    const key = `${one.agent_id ?? one.user_id} ${one.sender_id}`;
    entries.set(key, { ...one, waiting: one.waiting + (entries.get(key)?.waiting ?? 0) });
  }
  return [...entries.values()];
}

export function overdueNotice(told: Notice): Outgoing {
  const { waiting, id, reply_by } = told;
  const recipient = told.to_agent_id === null ? `the person ${told.to_user_id}` : `agent ${named(told)}`;
  const text =
    waiting === 1
      ? `Message ${id} of ${senderName(told)} to ${recipient} was not answered by ${reply_by}.`
      : `${waiting} messages of ${senderName(told)} were not answered in time. The last is ${id}, to ${recipient}, due by ${reply_by}.`;
  return notice(told, { agent_id: told.agent_id, user_id: told.user_id }, text);
}

const named = ({ recipient_name, to_agent_id }: Notice) => `${recipient_name ?? ""} (${to_agent_id})`;

function senderName({ from_agent_id, from_user_id, sender_name }: DueMessage): string {
  if (from_agent_id !== null) return `agent ${sender_name ?? ""} (${from_agent_id})`;
  return from_user_id === null ? "the server" : `the person ${from_user_id}`;
}

/** The agent above an agent; the workspace's owner for a person, or when nobody else is left. */
async function findAbove(tx: Tx, { to_agent_id: agentId }: DueMessage): Promise<Party | null> {
  const target = agentId === null ? null : await findEscalationTarget(tx, agentId, []);
  if (target !== null) return { agent_id: target, user_id: null };
  const owner = await findOwner(tx);
  return owner === null ? null : { agent_id: null, user_id: owner };
}

/** A message of the server in the thread of the one that it is about. */
function notice({ id, thread_id, kind, task_id }: DueMessage, to: Party, content: string): Outgoing {
  return {
    id: uuidv7(),
    role: "system",
    content,
    from_agent_id: null,
    from_user_id: null,
    to_agent_id: to.agent_id,
    to_user_id: to.user_id,
    task_id,
    thread_id,
    kind,
    in_reply_to: id,
    reply_by: null,
    recipients: [to],
    is_checked: true,
  };
}
