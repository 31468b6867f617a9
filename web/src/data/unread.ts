/** The unread messages to the person. The inbox, its count and the conversations share this read. */
import type { MessagesInboxOutput } from "@bailiwick/sdk";
import type { UseQueryResult } from "@tanstack/react-query";
import { useRead } from "./query.ts";
import { useSession } from "./session.tsx";

const UNREAD_MAX = 100;

export function useUnread(): UseQueryResult<MessagesInboxOutput> {
  const { permissions } = useSession();
  return useRead(
    ["messages", "unread"],
    (client, call) => client.messages.inbox({ unread: true, limit: UNREAD_MAX }, call),
    { enabled: permissions.has("messages:read") },
  );
}
