/** All tasks of one tree, up to a limit, kept up to date by the live feed. */
import type { Task } from "@bailiwick/sdk";
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { type List, useList } from "../../../data/list.ts";
import { useSession } from "../../../data/session.tsx";

/** More tasks than these are not read; who needs them has the list and the API. */
export const TREE_TASKS_MAX = 1_000;
/** The largest page that the API gives. */
const PAGE_SIZE = 200;

export interface TreeTasks {
  list: List<Task>;
  /** The rows, and what leads down to them. */
  tasks: readonly Task[];
  /** There are more than are read. */
  isCut: boolean;
  /** Further pages are still coming. */
  isReading: boolean;
}

export function useTreeTasks(rootId: string): TreeTasks {
  // The newest first: what is new then stands in the page that the live feed has read anew.
  const list = useList<Task>({
    key: ["tasks", "tree", { root_task_id: rootId }],
    page: (client, at, call) => client.tasks.list({ ...at, root_task_id: rootId }, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.tasks.get({ id }),
    pageSize: PAGE_SIZE,
  });
  const askedAt = useRef(0);
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  useEffect(() => {
    // A page that failed is not asked for again and again: the next change of the tree asks.
    if (!hasMore || isLoadingMore || rows.length >= TREE_TASKS_MAX || askedAt.current === rows.length) return;
    askedAt.current = rows.length;
    loadMore();
  }, [hasMore, isLoadingMore, loadMore, rows.length]);
  const isEnough = !hasMore || rows.length >= TREE_TASKS_MAX;
  const isReading = !isEnough && (isLoadingMore || askedAt.current !== rows.length);
  const isCut = hasMore && !isReading;
  return { list, tasks: useWithAncestors(rows, isCut), isReading, isCut };
}

/** Tasks that are read one by one, because they gave some that are shown; what others gave stands apart. */
const ANCESTORS_MAX = 60;

/** The oldest are cut off, and they are what the others hang on: those are read level by level, up to the root. */
function useWithAncestors(rows: readonly Task[], isCut: boolean): readonly Task[] {
  const { client, workspace } = useSession();
  const [asked, setAsked] = useState<readonly string[]>([]);
  const read = useQueries({
    queries: asked.map((id) => ({
      queryKey: [workspace.id, "tasks", "get", id],
      queryFn: ({ signal }: { signal: AbortSignal }) => client.tasks.get({ id }, { signal }),
    })),
    combine: (queries) => queries.flatMap(({ data }): Task[] => (data ? [data] : [])),
  });
  const tasks = useMemo(() => {
    const known = new Set(rows.map(({ id }) => id));
    return [...rows, ...read.filter(({ id }) => !known.has(id))];
  }, [rows, read]);
  useEffect(() => {
    if (!isCut || asked.length >= ANCESTORS_MAX) return;
    const known = new Set([...tasks.map(({ id }) => id), ...asked]);
    const parents = tasks.flatMap(({ parent_task_id: parent }) => (parent && !known.has(parent) ? [parent] : []));
    if (parents.length > 0) setAsked([...new Set([...asked, ...parents])].slice(0, ANCESTORS_MAX));
  }, [asked, isCut, tasks]);
  return tasks;
}
