/** Marks messages to the person as read when they are visible. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useCommand } from "../../data/command.ts";
import { useUnread } from "../../data/unread.ts";

/** `isInSight`: the end of the conversation, with the unread messages, is visible. */
export function useSeen(threadId: string, isInSight: boolean): void {
  const isVisible = useSyncExternalStore(listen, () => !document.hidden);
  const unread = useUnread().data?.items.filter(({ thread_id }) => thread_id === threadId) ?? [];
  const { run } = useCommand({
    send: (client, ids: string[]) => client.messages.markRead({ message_ids: ids }),
    changes: ["messages", "threads"],
    isQuiet: true,
  });
  const key = unread.map(({ id }) => id).join(" ");
  const marked = useRef("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key holds the ids of the messages.
  useEffect(() => {
    if (!isInSight || !isVisible || key === "" || key === marked.current) return;
    marked.current = key;
    void run(unread.map(({ id }) => id));
  }, [key, isInSight, isVisible]);
}

function listen(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
