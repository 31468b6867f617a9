import { factRecord } from "../../kernel/facts/insert.ts";
import { changed, hotCommand } from "../../kernel/operation.ts";
import { sentFact } from "../facts.ts";
import { Message, SendInput } from "../schema.ts";
import { plainMessage, sendAlone } from "../send.ts";
import { type Made, sendStatements } from "../store/send.ts";
import { sentToWire } from "../to-wire.ts";

export const sendMessage = hotCommand({
  name: "messages.send",
  summary: "Send a message to an agent, a person, the parties of a task, or a thread.",
  description:
    "to_agent_id or to_user_id addresses one recipient. task_id puts the message into the thread of a task; without " +
    "a recipient, it reaches the task's assignee and creator. thread_id puts the message into a conversation; a new " +
    "UUID begins one. Without a recipient, all participants of the conversation get the message. reply_by requests an " +
    "answer by that time. To answer a message, send its id as in_reply_to. The recipient finds the message in " +
    "messages.inbox. hop_limit means that agents exchanged messages without progress: do the work instead.",
  route: "POST /messages",
  status: 201,
  permission: "messages:write",
  input: SendInput,
  output: Message,
  problems: ["not_found", "agent_paused", "forbidden", "conflict", "hop_limit", "unanswered_limit", "obligation_limit"],
  async run(context, input) {
    const message = await sendAlone(context, input);
    return changed(message, sentFact(message));
  },
  plan(calls, env) {
    const messages = calls.map((call) => {
      const message = plainMessage(call.input, call.actor);
      // The fact names no time, which only the database knows.
      const fact = message && factRecord(call, sentFact(sentToWire(message, "")));
      return fact && { fact, ...message };
    });
    const plain = messages.filter((message) => message !== undefined);
    return {
      statements: plain.length > 0 ? sendStatements(plain, env.settings.hopsMax, "hot") : [],
      read(rows) {
        const made = new Map((rows.at(-1) as Made[]).map(({ id, created_at }) => [id, created_at]));
        return messages.map((message) => {
          const createdAt = message && made.get(message.id);
          if (!message || createdAt === undefined) return undefined;
          const sent = sentToWire(message, createdAt);
          return changed(sent, sentFact(sent));
        });
      },
    };
  },
});
