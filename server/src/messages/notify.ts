/** Messages of the server about tasks, in the transaction of the step that causes them. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { sentFact } from "./facts.ts";
import { type Sender, senderOf } from "./rules.ts";
import { serverMessage } from "./server-message.ts";
import type { Party } from "./store/messages.ts";
import { type Outgoing, sendMessages } from "./store/send.ts";
import { taskThreadId } from "./thread-id.ts";
import { sentToWire } from "./to-wire.ts";

interface TaskNotice {
  task_id: string;
  to: Party;
  content: string;
}

/** The limit of talk between agents does not apply to the server. */
const NO_LIMIT = 0;

/** Sends each notice in the thread of its task. Returns the facts of the messages. */
export async function notifyOfTasks(tx: Tx, notices: readonly TaskNotice[]): Promise<Fact[]> {
  const messages = notices.map(outgoing);
  const made = await sendMessages(tx, messages, NO_LIMIT);
  return messages.map((message) => sentFact(sentToWire(message, made.get(message.id) ?? "")));
}

/** A message of the server to an agent: in the thread of its task, or in a thread of the thing that it is about. */
interface AgentNotice {
  agent_id: string;
  task_id: string | null;
  thread_id: string;
  content: string;
}

/** Sends each notice. Returns the facts of the messages. */
export async function notifyAgents(tx: Tx, notices: readonly AgentNotice[]): Promise<Fact[]> {
  const messages = notices.map(({ agent_id, task_id, thread_id, content }) => {
    const to = { agent_id, user_id: null };
    if (task_id !== null) return outgoing({ task_id, to, content });
    return serverMessage({ thread_id, kind: "free", task_id, in_reply_to: null }, to, content);
  });
  const made = await sendMessages(tx, messages, NO_LIMIT);
  return messages.map((message) => sentFact(sentToWire(message, made.get(message.id) ?? "")));
}

/** The slice of tasks limits the answers of agents, so that an exchange of messages at its limit does not refuse them. */
const ANSWER_HOPS_MAX = 1_000_000;

/** Sends the answer to the question of a task as a message of its author. */
export async function answerOfTask(
  tx: Tx,
  answer: TaskNotice,
  by: Sender,
): Promise<{ message_id: string; fact: Fact }> {
  const { agent_id, user_id } = answer.to;
  const isAddressed = agent_id !== null || user_id !== null;
  const message = { ...outgoing(answer), ...senderOf(by), recipients: isAddressed ? [answer.to] : [] };
  const made = await sendMessages(tx, [message], ANSWER_HOPS_MAX);
  return { message_id: message.id, fact: sentFact(sentToWire(message, made.get(message.id) ?? "")) };
}

function outgoing({ task_id, to, content }: TaskNotice): Outgoing {
  const place = { thread_id: taskThreadId(task_id), kind: "task", task_id, in_reply_to: null } as const;
  return serverMessage(place, to, content);
}
