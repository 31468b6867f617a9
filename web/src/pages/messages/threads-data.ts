/** The lists of the messages page. */
import type { Message, Thread } from "@bailiwick/sdk";
import { useMemo } from "react";
import { type List, useList } from "../../data/list.ts";
import type { MessagesSearch } from "./section.ts";

const PAGE_SIZE = 50;

export function useThreads(agentId: string | undefined): List<Thread> {
  return useList<Thread>({
    key: ["threads", "list", { agentId }],
    page: (client, at, call) => client.threads.list({ ...at, agent_id: agentId }, call),
    idOf: ({ thread_id }) => thread_id,
    pageSize: PAGE_SIZE,
  });
}

/** By words, or those whose answer is awaited. */
export function useFoundMessages({ q, agent_id, awaiting }: MessagesSearch): List<Message> {
  const asked = { q, agent_id, awaiting_reply: awaiting === "yes" ? true : undefined };
  const list = useList<Message>({
    key: ["messages", "found", asked],
    page: (client, at, call) => client.messages.list({ ...at, ...asked }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const { rows } = list;
  const isAwaiting = asked.awaiting_reply === true;
  return { ...list, rows: useMemo(() => (isAwaiting ? overdueFirst(rows) : rows), [rows, isAwaiting]) };
}

/** Of what is loaded; the rest comes in the order of sending. */
function overdueFirst(rows: readonly Message[]): Message[] {
  const isOverdue = ({ reply_state }: Message) => reply_state === "overdue";
  return [...rows.filter(isOverdue), ...rows.filter((row) => !isOverdue(row))];
}
