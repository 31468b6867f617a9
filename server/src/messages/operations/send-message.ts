import { changed, hotCommand } from "../../kernel/operation.ts";
import { sentFact } from "../facts.ts";
import { presentSent } from "../present.ts";
import { Message, SendInput } from "../schema.ts";
import { plainMessage, sendAlone } from "../send.ts";
import { sendMessages } from "../store/send.ts";

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
  async runMany({ tx, env }, calls) {
    const asked = calls.map(({ input, actor }) => plainMessage(input, actor));
    const plain = asked.filter((message) => message !== undefined);
    const made = await sendMessages(tx, plain, { hopsMax: env.settings.hopsMax, way: "hot" });
    return asked.map((message) => {
      const createdAt = message && made.get(message.id);
      if (!message || createdAt === undefined) return undefined;
      const sent = presentSent(message, createdAt);
      return changed(sent, sentFact(sent));
    });
  },
});
