/** Finds the thread and the recipients of a message: from the input where possible, otherwise with reads and locks. */
import { uuidv7 } from "uuidv7";
import { requireAttachments } from "../attachments/index.ts";
import { agentArchived, findGate } from "../gate/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { invalid, notFound, Problem } from "../kernel/problem.ts";
import { requireProgress, requireRoomForObligation } from "./exchanges.ts";
import {
  type Draft,
  draftMessage,
  faultOf,
  recipientOf,
  requireFewRecipients,
  requireReplyTime,
  senderIdOf,
} from "./rules.ts";
import { type Message, RECIPIENTS_MAX, type SendInput, type ThreadKind } from "./schema.ts";
import {
  getPartiesOfTask,
  isMember,
  listMembers,
  lockMessage,
  lockThread,
  type PartiesOfTask,
  type Party,
} from "./store/messages.ts";
import { type Outgoing, openThread, sendMessages } from "./store/send.ts";
import { directThreadId, isDerived, taskThreadId } from "./thread-id.ts";
import { sentToWire } from "./to-wire.ts";

/** The thread of a message. */
interface Place {
  thread_id: string;
  kind: ThreadKind;
}

/** Returns the place of a message when the input alone determines it; otherwise undefined. */
function derivePlace(draft: Draft): Place | undefined {
  const { task_id: taskId, thread_id: threadId } = draft;
  const recipient = recipientOf(draft);
  if (threadId !== null) return isDerived(threadId) ? undefined : { thread_id: threadId, kind: "free" };
  if (taskId !== null) return { thread_id: taskThreadId(taskId), kind: "task" };
  return recipient === null ? undefined : { thread_id: directThreadId(writerOf(draft), recipient), kind: "direct" };
}

/** The sender as a party of a direct thread; the server is also a party. */
const writerOf = (draft: Draft) => senderIdOf(draft) ?? "system";

/** Returns the message for the hot statement; undefined when it needs the ordinary way. */
export function plainMessage(input: SendInput, by: Actor): Outgoing | undefined {
  const draft = draftMessage(input, by);
  const place = derivePlace(draft);
  const namesBoth = draft.task_id !== null && draft.thread_id !== null;
  if (!place || namesBoth || draft.role === "system" || recipientOf(draft) === null) return undefined;
  // Only the ordinary way counts the answers that a sender waits for, and looks up files.
  if (draft.reply_by !== null || draft.attachment_ids.length > 0) return undefined;
  if (faultOf(draft, by)) return undefined;
  return { id: uuidv7(), recipients: [addressee(draft)], is_checked: false, ...withUtcTime(draft), ...place };
}

function withUtcTime(draft: Draft): Draft {
  return draft.reply_by === null ? draft : { ...draft, reply_by: new Date(draft.reply_by).toISOString() };
}

function addressee({ to_agent_id, to_user_id }: Draft): Party {
  return { agent_id: to_agent_id, user_id: to_user_id };
}

/** The ordinary way: every refusal has a reason, and a message without an addressee reaches all participants. */
export async function sendAlone({ tx, actor, now, env }: CommandContext, input: SendInput): Promise<Message> {
  const wanted = draftMessage(input, actor);
  const fault = faultOf(wanted, actor);
  if (fault) throw fault;
  const valid = withUtcTime(wanted);
  requireReplyTime(valid, now);
  if (valid.reply_by !== null) await requireRoomForObligation(tx, senderIdOf(valid));
  await requireRecipient(tx, valid);
  await requireAttachments(tx, valid.attachment_ids);
  if (valid.task_id !== null) await getPartiesOfTask(tx, valid.task_id);
  if (valid.in_reply_to !== null) await lockMessage(tx, valid.in_reply_to);
  const { draft, place } = await lockPlace(tx, valid);
  const recipients = recipientOf(draft) === null ? await listOthers(tx, draft, place) : [addressee(draft)];
  const message = { ...draft, ...place, id: uuidv7(), recipients, is_checked: true };
  return sentToWire(message, await insertMessage(tx, message, env.settings.hopsMax));
}

/** Inserts the message and returns its time. The limit of the exchange is checked only when the insert refuses it. */
async function insertMessage(tx: Tx, message: Outgoing, hopsMax: number): Promise<string> {
  const insert = async () => (await sendMessages(tx, [message], hopsMax)).get(message.id);
  const createdAt = await insert();
  if (createdAt !== undefined) return createdAt;
  await requireProgress(tx, message, hopsMax);
  const secondTime = await insert();
  if (secondTime === undefined) throw new Error(`Message ${message.id} was not inserted.`);
  return secondTime;
}

async function requireRecipient(tx: ReadTx, { to_agent_id: agentId, to_user_id: userId }: Draft): Promise<void> {
  if (userId !== null && !(await isMember(tx, userId))) throw notFound("member", userId);
  if (agentId === null) return;
  const gate = await findGate(tx, agentId);
  if (!gate) throw notFound("agent", agentId);
  if (gate.status === "archived") throw agentArchived();
}

/** Locks the thread. Creates a new thread, unless the caller gave a derived id: such a thread must exist. */
async function lockPlace(tx: Tx, draft: Draft): Promise<{ draft: Draft; place: Place }> {
  const place = derivePlace(draft);
  if (place) {
    await openThread(tx, { ...place, task_id: draft.task_id });
    await lockThread(tx, place.thread_id);
    return { draft, place };
  }
  const threadId = draft.thread_id ?? "";
  const thread = await lockThread(tx, threadId);
  if (!thread) {
    throw new Problem("not_found", `There is no thread ${threadId}.`, {
      next_step: "To begin a new thread, choose a random UUID (version 4 or 7).",
    });
  }
  const found = { thread_id: thread.id, kind: thread.kind };
  if (thread.task_id === null) return { draft: await addressOtherParty(tx, draft, thread.id), place: found };
  if (draft.task_id !== null && draft.task_id !== thread.task_id) {
    throw invalid("/task_id", "is not the task of this thread.");
  }
  return { draft: { ...draft, task_id: thread.task_id }, place: found };
}

/** In a direct thread, only its two parties write, and only to each other. */
async function addressOtherParty(tx: Tx, draft: Draft, threadId: string): Promise<Draft> {
  const sender = writerOf(draft);
  const members = await listMembers(tx, threadId, RECIPIENTS_MAX);
  const other = members.find(({ agent_id, user_id }) => directThreadId(sender, agent_id ?? user_id ?? "") === threadId);
  const otherId = other?.agent_id ?? other?.user_id;
  if (!other || (recipientOf(draft) !== null && recipientOf(draft) !== otherId)) {
    throw new Problem("forbidden", "This thread contains the direct messages of two other parties.", {
      next_step: "Send the message without thread_id, or with a new thread_id.",
    });
  }
  const addressed = { ...draft, to_agent_id: other.agent_id, to_user_id: other.user_id };
  await requireRecipient(tx, addressed);
  return addressed;
}

/** Returns the recipients of a message without an addressee: all participants but the sender. */
async function listOthers(tx: Tx, draft: Draft, { thread_id, kind }: Place): Promise<Party[]> {
  const parties = draft.task_id === null ? [] : partiesOf(await getPartiesOfTask(tx, draft.task_id));
  // The sender may be one of the members. One more member than the limit shows that there are too many.
  const members = kind === "task" ? [] : await listMembers(tx, thread_id, RECIPIENTS_MAX + 2);
  const byId = new Map([...members, ...parties].map((party) => [party.agent_id ?? party.user_id, party]));
  byId.delete(senderIdOf(draft));
  requireFewRecipients(byId.size);
  return [...byId.values()];
}

function partiesOf({ assigned_to_agent_id, created_by_agent_id, created_by_user_id }: PartiesOfTask): Party[] {
  const parties = [
    { agent_id: assigned_to_agent_id, user_id: null },
    { agent_id: created_by_agent_id, user_id: created_by_user_id },
  ];
  return parties.filter(({ agent_id, user_id }) => agent_id !== null || user_id !== null);
}
