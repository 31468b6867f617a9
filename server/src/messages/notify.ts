/** Messages of the server about tasks, in the transaction of the step that causes them. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { sentFact } from "./facts.ts";
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

function outgoing({ task_id, to, content }: TaskNotice): Outgoing {
  const place = { thread_id: taskThreadId(task_id), kind: "task", task_id, in_reply_to: null } as const;
  return serverMessage(place, to, content);
}
