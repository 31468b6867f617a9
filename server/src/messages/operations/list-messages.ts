import { query } from "../../kernel/operation.ts";
import { presentMessage } from "../present.ts";
import { ListInput, MessagePage } from "../schema.ts";
import { listMessages } from "../store/list.ts";

export const listMessagesOperation = query({
  name: "messages.list",
  summary: "Read messages of the workspace, newest first: of a task, a thread or an agent, by words, or unanswered.",
  description:
    "Without a filter it lists everything. task_id gives what was said about a task, thread_id one conversation, " +
    "agent_id what an agent sent and received, awaiting_reply the messages whose answer has not come. To receive what " +
    "is sent to you use messages.inbox.",
  route: "GET /messages",
  permission: "messages:read",
  input: ListInput,
  output: MessagePage,
  problems: [],
  async run({ tx }, input) {
    const { items, next_cursor } = await listMessages(tx, input);
    return { items: items.map(presentMessage), next_cursor };
  },
});
