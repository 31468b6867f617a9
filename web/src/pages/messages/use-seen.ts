/** Marks what the person was sent as read, once they have it before their eyes. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useCommand } from "../../data/command.ts";
import { useUnread } from "../../data/unread.ts";

/** `isInSight`: the end of the conversation, where unread messages are. */
export function useSeen(threadId: string, isInSight: boolean): void {
  const isVisible = useSyncExternalStore(listen, () => !document.hidden);
  const unread = useUnread().data?.items.filter(({ thread_id }) => thread_id === threadId) ?? [];
  const { run } = useCommand({
    send: (client, ids: string[]) => client.messages.markRead({ message_ids: ids }),
    changes: ["messages", "threads"],
    isQuiet: true,
  });
  const key = unread.map(({ id }) => id).join(" ");
  const told = useRef("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the messages.
  useEffect(() => {
    if (!isInSight || !isVisible || key === "" || key === told.current) return;
    told.current = key;
    void run(unread.map(({ id }) => id));
  }, [key, isInSight, isVisible]);
}

function listen(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
