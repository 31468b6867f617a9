/** The server's messages about due answers: to the recipient, to the sender, and to the agent or person above. */
import type { Tx } from "../kernel/db/tx.ts";
import { findEscalationTarget } from "../team/index.ts";
import { findOwner } from "../workspaces/index.ts";
import { recipientOf, senderIdOf } from "./rules.ts";
import { serverMessage } from "./server-message.ts";
import type { Party } from "./store/messages.ts";
import { type Notice, type PendingNotice, SERVER } from "./store/notices.ts";
import type { Outgoing } from "./store/send.ts";
import type { DueMessage } from "./store/sweep.ts";

/** Returns the only reminder. The sweep sends it after half of the time. */
export function reminderOf(due: DueMessage): Outgoing {
  const { to_agent_id: agent_id, to_user_id: user_id } = due;
  const text = `An answer to message ${due.id} of ${senderName(due)} is due by ${due.reply_by}.`;
  return notice(due, { agent_id, user_id }, text);
}

/** Returns the notices about a missing answer, and the id of the agent or person above that gets one. */
export async function overdueNoticesOf(
  tx: Tx,
  due: DueMessage,
): Promise<{ pending: PendingNotice[]; escalatedTo: string | null }> {
  const above = await findAbove(tx, due);
  const aboveId = above && (above.agent_id ?? above.user_id);
  const senderId = senderIdOf(due);
  const parties = new Map<string, Party>();
  if (senderId !== null) parties.set(senderId, { agent_id: due.from_agent_id, user_id: due.from_user_id });
  if (above && aboveId) parties.set(aboveId, above);
  // The party that owes the answer got a reminder.
  parties.delete(recipientOf(due) ?? "");
  const about = { sender_id: senderId ?? SERVER, waiting: 1, message_id: due.id };
  return { pending: [...parties.values()].map((party) => ({ ...party, ...about })), escalatedTo: aboveId ?? null };
}

/** Merges the notices to one entry per recipient and sender, with the last message. */
export function mergeNotices(notices: readonly PendingNotice[]): PendingNotice[] {
  const entries = new Map<string, PendingNotice>();
  for (const one of notices) {
    const key = `${one.agent_id ?? one.user_id} ${one.sender_id}`;
    entries.set(key, { ...one, waiting: one.waiting + (entries.get(key)?.waiting ?? 0) });
  }
  return [...entries.values()];
}

export function overdueNotice(due: Notice): Outgoing {
  const { waiting, id, reply_by } = due;
  const recipient = due.to_agent_id === null ? `the person ${due.to_user_id}` : `agent ${named(due)}`;
  const text =
    waiting === 1
      ? `Message ${id} of ${senderName(due)} to ${recipient} was not answered by ${reply_by}.`
      : `${waiting} messages of ${senderName(due)} were not answered in time. The last is ${id}, to ${recipient}, due by ${reply_by}.`;
  return notice(due, { agent_id: due.agent_id, user_id: due.user_id }, text);
}

const named = ({ recipient_name, to_agent_id }: Notice) => `${recipient_name ?? ""} (${to_agent_id})`;

function senderName({ from_agent_id, from_user_id, sender_name }: DueMessage): string {
  if (from_agent_id !== null) return `agent ${sender_name ?? ""} (${from_agent_id})`;
  return from_user_id === null ? "the server" : `the person ${from_user_id}`;
}

/** Returns the agent above an agent. For a person, or at the top, returns the workspace's owner. */
async function findAbove(tx: Tx, { to_agent_id: agentId }: DueMessage): Promise<Party | null> {
  const target = agentId === null ? null : await findEscalationTarget(tx, agentId, []);
  if (target !== null) return { agent_id: target, user_id: null };
  const owner = await findOwner(tx);
  return owner === null ? null : { agent_id: null, user_id: owner };
}

/** Creates a message of the server in the thread of the message that it is about. */
function notice({ id, thread_id, kind, task_id }: DueMessage, to: Party, content: string): Outgoing {
  return serverMessage({ thread_id, kind, task_id, in_reply_to: id }, to, content);
}
