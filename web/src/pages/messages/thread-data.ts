/** The conversations and messages that the page of messages reads. */
import type { Message, Thread } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type List, useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import { useKeepTitles } from "../../data/tasks.ts";
import type { MessagesSearch } from "./search.ts";

const PAGE_SIZE = 50;
const keyOf = (id: string) => ["messages", "thread", id] as const;

/** The messages newest first; the page reverses them. */
export function useThread(id: string) {
  const titled = useTitled();
  return useList<Message>({
    key: keyOf(id),
    page: (client, at, call) => titled(client.messages.list({ thread_id: id, ...at, include: "titles" }, call)),
    idOf: (message) => message.id,
    one: (client, messageId) => client.messages.get({ id: messageId }),
    pageSize: PAGE_SIZE,
  });
}

/** Returns a function that shows a sent message at once, before the conversation is read again. */
export function useShowSent(): (message: Message) => void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  return (message) =>
    cache.setQueryData<{ rows: Message[] }>([workspace.id, ...keyOf(message.thread_id)], (held) => {
      const isKnown = held?.rows.some(({ id }) => id === message.id) ?? true;
      return held && !isKnown ? { ...held, rows: [message, ...held.rows] } : held;
    });
}

export function useThreads(agentId: string | undefined): List<Thread> {
  const titled = useTitled();
  return useList<Thread>({
    key: ["threads", "list", { agentId }],
    page: (client, at, call) => titled(client.threads.list({ ...at, agent_id: agentId, include: "titles" }, call)),
    idOf: ({ thread_id }) => thread_id,
    pageSize: PAGE_SIZE,
  });
}

/** Messages found by words or by an awaited reply. */
export function useFoundMessages({ q, agent_id, awaiting }: MessagesSearch): List<Message> {
  const filter = { q, agent_id, awaiting_reply: awaiting === "yes" ? true : undefined };
  const titled = useTitled();
  const list = useList<Message>({
    key: ["messages", "found", filter],
    page: (client, at, call) => titled(client.messages.list({ ...at, ...filter, include: "titles" }, call)),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const { rows } = list;
  const isAwaiting = filter.awaiting_reply === true;
  return { ...list, rows: useMemo(() => (isAwaiting ? overdueFirst(rows) : rows), [rows, isAwaiting]) };
}

/** Returns a function that keeps the titles of a page, so that no task is read for its title. */
function useTitled() {
  const keep = useKeepTitles();
  return async <Page extends { task_titles?: Record<string, string> }>(reading: Promise<Page>): Promise<Page> => {
    const page = await reading;
    keep(page.task_titles ?? {});
    return page;
  };
}

/** Sorts only the loaded rows; further pages come in the order of sending. */
function overdueFirst(rows: readonly Message[]): Message[] {
  const isOverdue = ({ reply_state }: Message) => reply_state === "overdue";
  return [...rows.filter(isOverdue), ...rows.filter((row) => !isOverdue(row))];
}
