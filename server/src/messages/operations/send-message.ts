import { factRecord } from "../../kernel/facts/insert.ts";
import { changed, hotCommand } from "../../kernel/operation.ts";
import { sentFact } from "../facts.ts";
import { presentSent } from "../present.ts";
import { Message, SendInput } from "../schema.ts";
import { plainMessage, sendAlone } from "../send.ts";
import { type Made, sendStatements } from "../store/send.ts";

export const sendMessage = hotCommand({
  name: "messages.send",
  summary: "Send a message to an agent, a person, everybody at a task, or a thread.",
  description:
    "Give to_agent_id or to_user_id to write to one. Give task_id to write where a task is discussed: without a " +
    "recipient it reaches the task's assignee and creator. Give thread_id to write in a conversation; a new UUID of " +
    "yours begins one, and without a recipient everybody who wrote or received there gets it. reply_by asks the " +
    "recipient for an answer by that time; answer one by sending in_reply_to with its id. Nobody is called: the " +
    "recipient finds it in messages.inbox. hop_limit means that agents wrote to and fro without getting anywhere: do the " +
    "work instead.",
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
    const asked = calls.map((call) => {
      const message = plainMessage(call.input, call.actor);
      // The fact names no time, which only the database knows.
      const fact = message && factRecord(call, sentFact(presentSent(message, "")));
      return fact && { ...message, fact };
    });
    const plain = asked.filter((message) => message !== undefined);
    return {
      statements: plain.length > 0 ? sendStatements(plain, env.settings.hopsMax, "hot") : [],
      read(rows) {
        const made = new Map((rows.at(-1) as Made[]).map(({ id, created_at }) => [id, created_at]));
        return asked.map((message) => {
          const createdAt = message && made.get(message.id);
          if (!message || createdAt === undefined) return undefined;
          const sent = presentSent(message, createdAt);
          return changed(sent, sentFact(sent));
        });
      },
    };
  },
});
