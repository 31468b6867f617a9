/** Agents by id, for the names that stand everywhere. */
import type { Agent } from "@bailiwick/sdk";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { type List, type ListSource, useList, useListOptions } from "./list.ts";
import type { HeldRows } from "./merge-head.ts";
import { useRead } from "./query.ts";

/** Presence is no fact, so it is read again so often. Milliseconds. */
export const PRESENCE_EVERY_MS = 10_000;
const PAGE_SIZE = 100;

const named = (q: string | undefined): ListSource<Agent> => ({
  key: ["agents", "list", { q }],
  page: (client, at, call) => client.agents.list({ ...at, q }, call),
  idOf: ({ id }) => id,
  pageSize: PAGE_SIZE,
});
const FIRST = named(undefined);

/** A name on a row draws itself anew only when its own agent changes. The frame reads the list, by `useAgents`. */
export function useAgent(id: string | undefined): Agent | undefined {
  const find = useCallback((held: HeldRows<Agent>) => held.rows.find((agent) => agent.id === id), [id]);
  const list = useQuery({ ...useListOptions(FIRST), enabled: false, select: find });
  const isElsewhere = id !== undefined && list.isFetched && list.data === undefined;
  const one = useRead(["agents", "get", id], (client, call) => client.agents.get({ id: id ?? "" }, call), {
    enabled: isElsewhere,
  });
  return list.data ?? one.data;
}

/** The first of them; pickers search for the others. */
export function useAgents(q?: string): List<Agent> {
  return useList(q === undefined ? FIRST : named(q));
}
