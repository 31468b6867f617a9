/** The events of a task, oldest first. Events are only added, so a new read starts with the last page. */
import type { TaskEvent } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";

const PAGE_SIZE = 100;
/** A button reads more. */
const READ_STEP = 1_000;

interface Held {
  events: TaskEvent[];
  /** The cursor of the last page that was read, and the number of events before it. */
  last: { cursor: string | undefined; before: number };
  hasMore: boolean;
}

export function useStory(id: string) {
  const { workspace } = useSession();
  const cache = useQueryClient();
  const [wanted, setWanted] = useState(READ_STEP);
  const most = useRef(wanted);
  most.current = wanted;
  const query = useRead(["tasks", "events", id], async (client, call): Promise<Held> => {
    const held = cache.getQueryData<Held>([workspace.id, "tasks", "events", id]);
    let { cursor, before } = held?.last ?? { cursor: undefined, before: 0 };
    const events = held?.events.slice(0, before) ?? [];
    for (;;) {
      const page = await client.tasks.listEvents({ id, limit: PAGE_SIZE, ...(cursor && { cursor }) }, call);
      events.push(...page.items);
      if (page.next_cursor === null || events.length >= most.current) {
        return { events, last: { cursor, before }, hasMore: page.next_cursor !== null };
      }
      cursor = page.next_cursor;
      before = events.length;
    }
  });
  const { refetch } = query;
  useEffect(() => {
    if (wanted > READ_STEP) void refetch();
  }, [wanted, refetch]);
  return { ...query, readMore: () => setWanted(wanted + READ_STEP) };
}
