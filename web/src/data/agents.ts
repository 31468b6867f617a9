/** Agents by id, for the names on every page. */
import type { Agent } from "@bailiwick/sdk";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { type List, type ListSource, useList, useListOptions } from "./list.ts";
import type { HeldRows } from "./merge-head.ts";
import { useRead } from "./query.ts";

/** No fact reports presence, so it is read this often. */
export const PRESENCE_EVERY_MS = 10_000;
const PAGE_SIZE = 100;

const sourceOf = (q: string | undefined): ListSource<Agent> => ({
  key: ["agents", "list", { q }],
  page: (client, at, call) => client.agents.list({ ...at, q }, call),
  idOf: ({ id }) => id,
  pageSize: PAGE_SIZE,
});
const FIRST = sourceOf(undefined);

/** Renders again only when this agent changes. The list itself is read by the frame, with `useAgents`. */
export function useAgent(id: string | undefined): Agent | undefined {
  const find = useCallback((held: HeldRows<Agent>) => held.rows.find((agent) => agent.id === id), [id]);
  const list = useQuery({ ...useListOptions(FIRST), enabled: false, select: find });
  const isElsewhere = id !== undefined && list.isFetched && list.data === undefined;
  const one = useRead(["agents", "get", id], (client, call) => client.agents.get({ id: id ?? "" }, call), {
    enabled: isElsewhere,
  });
  return list.data ?? one.data;
}

/** Returns a function that finds an agent among those that the page has read. */
export function useFindAgent(): (id: string | null | undefined) => Agent | undefined {
  const cache = useQueryClient();
  const { queryKey } = useListOptions(FIRST);
  return (id) => cache.getQueryData<HeldRows<Agent>>(queryKey)?.rows.find((agent) => agent.id === id);
}

/** The first page of agents, or those that match the search. */
export function useAgents(q?: string): List<Agent> {
  return useList(q === undefined ? FIRST : sourceOf(q));
}
