/** Messages of the server about tasks, in the transaction of the step that causes them. */
import { uuidv7 } from "uuidv7";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { sentFact } from "./facts.ts";
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
  return {
    id: uuidv7(),
    role: "system",
    content,
    from_agent_id: null,
    from_user_id: null,
    to_agent_id: to.agent_id,
    to_user_id: to.user_id,
    task_id,
    thread_id: taskThreadId(task_id),
    kind: "task",
    in_reply_to: null,
    reply_by: null,
    recipients: [to],
    is_checked: true,
  };
}
