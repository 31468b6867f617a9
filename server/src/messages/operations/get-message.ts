import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { Message, MessageId } from "../schema.ts";
import { findMessage } from "../store/list.ts";
import { readerOf } from "../store/readable.ts";
import { toWire } from "../to-wire.ts";

export const getMessage = query({
  name: "messages.get",
  summary: "Read one message: sender, recipient, and the times of delivery, reading and answer.",
  route: "GET /messages/{id}",
  permission: "messages:read",
  input: Fields(MessageId),
  output: Message,
  problems: ["not_found"],
  async run({ tx, actor }, { id }) {
    const message = await findMessage(tx, id, readerOf(actor));
    if (!message) throw notFound("message", id);
    return toWire(message);
  },
});
