/** Marks messages of the inbox as read. */
import { useCommand } from "../../data/command.ts";

export function useMarkRead() {
  const { run, isRunning } = useCommand({
    send: (client, ids: readonly string[]) => client.messages.markRead({ message_ids: [...ids] }),
    changes: ["messages", "threads"],
    done: ({ read }) => (read === 1 ? "1 message marked as read" : `${read} messages marked as read`),
  });
  return { read: async (ids: readonly string[]) => (await run(ids)) !== undefined, isRunning };
}
