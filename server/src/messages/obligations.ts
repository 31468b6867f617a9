/** What the server says when an answer is due: to whoever owes it, whoever waits for it, and whoever stands above. */
import { uuidv7 } from "uuidv7";
import { findOwner } from "../auth/index.ts";
import type { Tx } from "../kernel/db.ts";
import { findEscalationTarget } from "../team/index.ts";
import { recipientOf, senderIdOf } from "./rules.ts";
import type { Party } from "./store.ts";
import type { Outgoing } from "./store-send.ts";
import type { DueMessage } from "./store-sweep.ts";

/** The one reminder, at half time. */
export function reminderOf(due: DueMessage): Outgoing {
  const { to_agent_id: agent_id, to_user_id: user_id } = due;
  return notice(due, { agent_id, user_id }, `An answer to message ${due.id} is due by ${due.reply_by}.`);
}

/** What is said once the time is up, and to whom above. */
export async function overdueNotices(
  tx: Tx,
  due: DueMessage,
): Promise<{ notices: Outgoing[]; escalatedTo: string | null }> {
  const above = await findAbove(tx, due);
  const aboveId = above && (above.agent_id ?? above.user_id);
  const text = `Message ${due.id} was not answered by ${due.reply_by}.`;
  const sender = { agent_id: due.from_agent_id, user_id: due.from_user_id };
  const told = new Map<string, Party>();
  const senderId = senderIdOf(due);
  if (senderId !== null) told.set(senderId, sender);
  if (above && aboveId) told.set(aboveId, above);
  // Whoever owes the answer knows.
  told.delete(recipientOf(due) ?? "");
  return { notices: [...told.values()].map((party) => notice(due, party, text)), escalatedTo: aboveId ?? null };
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
