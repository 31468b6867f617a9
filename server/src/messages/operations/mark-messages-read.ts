import type { Tx } from "../../kernel/db/tx.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid, notFound } from "../../kernel/problem.ts";
import { messagesRead } from "../facts.ts";
import { requireInbox } from "../rules.ts";
import { MarkedRead, MarkReadInput, READ_UP_TO_MAX } from "../schema.ts";
import { type Delivered, findDeliveries, lockMailbox, markRead, markReadUpTo, saveUnread } from "../store/inbox.ts";

export const markMessagesRead = command({
  name: "messages.mark_read",
  summary: "Mark messages of your inbox as read: the given messages, or all up to one message.",
  description:
    "Give either message_ids or up_to_message_id. The answer contains the number of messages that were unread " +
    "before, and the number that are still unread.",
  route: "POST /messages/read",
  permission: "messages:write",
  pastQuota: "passes",
  whilePaused: true,
  input: MarkReadInput,
  output: MarkedRead,
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { message_ids: ids, up_to_message_id: upTo }) {
    const owner = requireInbox(actor);
    if ((ids === undefined) === (upTo === undefined)) {
      throw invalid(ids ? "/up_to_message_id" : "/message_ids", "give message_ids or up_to_message_id, one of them.");
    }
    const mailbox = await lockMailbox(tx, owner);
    const marked = await requireDeliveries(tx, owner, ids ?? [upTo ?? ""]);
    const last = marked.at(-1);
    if (!mailbox || !last) throw new Error("Only an owner with a mailbox has deliveries.");
    const read =
      upTo === undefined
        ? await markRead(
            tx,
            owner,
            marked.map(({ position }) => position),
          )
        : await markReadUpTo(tx, owner, last.position, READ_UP_TO_MAX);
    const output = { read, unread_count: mailbox.unread - read };
    if (read === 0) return unchanged(output);
    await saveUnread(tx, owner, output.unread_count);
    return changed(
      output,
      messagesRead(
        { kind: actor.kind === "agent" ? "agent" : "user", id: owner },
        { read, up_to_message_id: last.message_id },
      ),
    );
  },
});

/** Messages to other recipients give the same problem as unknown messages. */
async function requireDeliveries(tx: Tx, owner: string, ids: readonly string[]): Promise<Delivered[]> {
  const found = await findDeliveries(tx, owner, ids);
  const known = new Set(found.map(({ message_id }) => message_id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound("message", missing);
  return found;
}
