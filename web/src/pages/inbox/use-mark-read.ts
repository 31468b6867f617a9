/** Marks messages of the inbox as read, and answers several of them. */
import { useCommand } from "../../data/command.ts";
import { runMany } from "../../data/run-many.ts";
import { replyTo } from "../../domain/messages/thread.ts";
import { counted } from "../../ui/count.tsx";
import type { MessageItem } from "./message-items.ts";

export function useMarkRead() {
  const { run, isRunning } = useCommand({
    send: (client, ids: readonly string[]) => client.messages.markRead({ message_ids: [...ids] }),
    changes: ["messages", "threads"],
    done: ({ read }) => (read === 1 ? "1 message marked as read" : `${read} messages marked as read`),
  });
  return { read: async (ids: readonly string[]) => (await run(ids)) !== undefined, isRunning };
}

/** Gives several messages one answer each, and marks them as read. */
export function useAnswerMessages(items: readonly MessageItem[]) {
  const { run, isRunning } = useCommand({
    async send(client, content: string) {
      const { done, failed } = await runMany(items, ({ message }) =>
        client.messages.send({ content, ...replyTo(message) }),
      );
      const [broken] = failed;
      if (broken && done.length === 0) throw broken.error;
      const ids = done.flatMap(({ item }) => item.unreadIds);
      if (ids.length > 0) await client.messages.markRead({ message_ids: ids });
      return { sent: done.length, failed: failed.length };
    },
    changes: ["messages", "threads"],
    done: ({ sent, failed }) => `${counted(sent, "message")} answered${failed > 0 ? `, ${failed} not` : ""}`,
  });
  return { answer: async (text: string) => (await run(text)) !== undefined, isRunning };
}
