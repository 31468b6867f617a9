/** How a message finds its thread and those who get it: at once where that is plain, or else by looking and holding. */
import { uuidv7 } from "uuidv7";
import { agentArchived, findGate } from "../gate/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/db.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { invalid, notFound, Problem } from "../kernel/problem.ts";
import { requireMoreToSay, requireRoomForObligation } from "./exchanges.ts";
import { presentSent } from "./present.ts";
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

/** Where a message stands. */
interface Place {
  thread_id: string;
  kind: ThreadKind;
}

/** The place of a message that can be told without looking; undefined for one that must be looked up. */
function plainPlace(draft: Draft): Place | undefined {
  const { task_id: taskId, thread_id: threadId } = draft;
  const recipient = recipientOf(draft);
  if (threadId !== null) return isDerived(threadId) ? undefined : { thread_id: threadId, kind: "free" };
  if (taskId !== null) return { thread_id: taskThreadId(taskId), kind: "task" };
  return recipient === null ? undefined : { thread_id: directThreadId(writerOf(draft), recipient), kind: "direct" };
}

/** One side of a thread of two; the server itself is one as well. */
const writerOf = (draft: Draft) => senderIdOf(draft) ?? "system";

/** The message as the hot statement takes it; undefined when it needs the ordinary way. */
export function plainMessage(input: SendInput, by: Actor): Outgoing | undefined {
  const draft = draftMessage(input, by);
  const place = plainPlace(draft);
  const namesBoth = draft.task_id !== null && draft.thread_id !== null;
  if (!place || namesBoth || draft.role === "system" || recipientOf(draft) === null) return undefined;
  // What its sender waits for is counted alone.
  if (draft.reply_by !== null) return undefined;
  if (faultOf(draft, by)) return undefined;
  return { ...inOneForm(draft), ...place, id: uuidv7(), recipients: [addressee(draft)], is_checked: false };
}

function inOneForm(draft: Draft): Draft {
  return draft.reply_by === null ? draft : { ...draft, reply_by: new Date(draft.reply_by).toISOString() };
}

function addressee({ to_agent_id, to_user_id }: Draft): Party {
  return { agent_id: to_agent_id, user_id: to_user_id };
}

/** The ordinary way: every refusal has its reason, and a message to nobody reaches whoever takes part. */
export async function sendAlone({ tx, actor, now, env }: CommandContext, input: SendInput): Promise<Message> {
  const wanted = draftMessage(input, actor);
  const fault = faultOf(wanted, actor);
  if (fault) throw fault;
  const asked = inOneForm(wanted);
  requireReplyTime(asked, now);
  if (asked.reply_by !== null) await requireRoomForObligation(tx, senderIdOf(asked));
  await requireRecipient(tx, asked);
  if (asked.task_id !== null) await getPartiesOfTask(tx, asked.task_id);
  if (asked.in_reply_to !== null) await lockMessage(tx, asked.in_reply_to);
  const { draft, place } = await holdPlace(tx, asked);
  const recipients = recipientOf(draft) === null ? await listOthers(tx, draft, place) : [addressee(draft)];
  const message = { ...draft, ...place, id: uuidv7(), recipients, is_checked: true };
  return presentSent(message, await makeMessage(tx, message, env.settings.hopsMax));
}

/** Answers when it was made. Everything but what was said before it was looked at. */
async function makeMessage(tx: Tx, message: Outgoing, hopsMax: number): Promise<string> {
  const make = async () => (await sendMessages(tx, [message], hopsMax)).get(message.id);
  const createdAt = await make();
  if (createdAt !== undefined) return createdAt;
  await requireMoreToSay(tx, message, hopsMax);
  const again = await make();
  if (again === undefined) throw new Error(`Message ${message.id} was not made.`);
  return again;
}

async function requireRecipient(tx: ReadTx, { to_agent_id: agentId, to_user_id: userId }: Draft): Promise<void> {
  if (userId !== null && !(await isMember(tx, userId))) throw notFound("member", userId);
  if (agentId === null) return;
  const gate = await findGate(tx, agentId);
  if (!gate) throw notFound("agent", agentId);
  if (gate.status === "archived") throw agentArchived();
}

/** Holds the thread, made when new. A derived id of the caller's names one that must be there. */
async function holdPlace(tx: Tx, draft: Draft): Promise<{ draft: Draft; place: Place }> {
  const place = plainPlace(draft);
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
  if (thread.task_id === null) return { draft: await betweenTwo(tx, draft, thread.id), place: found };
  if (draft.task_id !== null && draft.task_id !== thread.task_id) {
    throw invalid("/task_id", "is not the task of this thread.");
  }
  return { draft: { ...draft, task_id: thread.task_id }, place: found };
}

/** In the thread of two, only they write, and only to each other. */
async function betweenTwo(tx: Tx, draft: Draft, threadId: string): Promise<Draft> {
  const sender = writerOf(draft);
  const members = await listMembers(tx, threadId, RECIPIENTS_MAX);
  const other = members.find(({ agent_id, user_id }) => directThreadId(sender, agent_id ?? user_id ?? "") === threadId);
  const otherId = other?.agent_id ?? other?.user_id;
  if (!other || (recipientOf(draft) !== null && recipientOf(draft) !== otherId)) {
    throw new Problem("forbidden", "This thread belongs to the direct messages of two others.", {
      next_step: "Send it without thread_id, or with a new one.",
    });
  }
  const addressed = { ...draft, to_agent_id: other.agent_id, to_user_id: other.user_id };
  await requireRecipient(tx, addressed);
  return addressed;
}

/** Everybody who gets a message that is addressed to nobody: all but its sender. */
async function listOthers(tx: Tx, draft: Draft, { thread_id, kind }: Place): Promise<Party[]> {
  const parties = draft.task_id === null ? [] : partiesOf(await getPartiesOfTask(tx, draft.task_id));
  // The sender may be one of the members; one more than may get it shows that there are too many.
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
