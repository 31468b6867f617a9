/** All tasks of one tree, up to a limit, kept up to date by the live feed. */

import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { type List, useList } from "../../../data/list.ts";
import { useSession } from "../../../data/session.tsx";
import type { TaskRow } from "../../../data/tasks.ts";

/** At most this many tasks are read; the list and the API have the others. */
export const TREE_TASKS_MAX = 1_000;
/** The largest page that the API allows. */
const PAGE_SIZE = 200;

export interface TreeTasks {
  list: List<TaskRow>;
  /** The rows and their ancestors. */
  tasks: readonly TaskRow[];
  /** There are more tasks than were read. */
  isCut: boolean;
  /** Further pages are being read. */
  isReading: boolean;
}

export function useTreeTasks(rootId: string): TreeTasks {
  // Newest first, so that new tasks are in the page that the live feed reads again.
  const list = useList<TaskRow>({
    key: ["tasks", "tree", { root_task_id: rootId }],
    page: (client, at, call) => client.tasks.list({ ...at, root_task_id: rootId }, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.tasks.get({ id }),
    pageSize: PAGE_SIZE,
  });
  const lengthAtRead = useRef(0);
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  useEffect(() => {
    // A failed page is read again only after the next change of the tree.
    if (!hasMore || isLoadingMore || rows.length >= TREE_TASKS_MAX || lengthAtRead.current === rows.length) return;
    lengthAtRead.current = rows.length;
    loadMore();
  }, [hasMore, isLoadingMore, loadMore, rows.length]);
  const isEnough = !hasMore || rows.length >= TREE_TASKS_MAX;
  const isReading = !isEnough && (isLoadingMore || lengthAtRead.current !== rows.length);
  const isCut = hasMore && !isReading;
  return { list, tasks: useWithAncestors(rows, isCut), isReading, isCut };
}

/** At most this many ancestors are read one by one; tasks below other ancestors stand apart. */
const ANCESTORS_MAX = 60;

/** A cut list lacks the oldest tasks, which are the ancestors of the others. This reads them level by level. */
function useWithAncestors(rows: readonly TaskRow[], isCut: boolean): readonly TaskRow[] {
  const { client, workspace } = useSession();
  const [ids, setIds] = useState<readonly string[]>([]);
  const read = useQueries({
    queries: ids.map((id) => ({
      queryKey: [workspace.id, "tasks", "get", id],
      queryFn: ({ signal }: { signal: AbortSignal }) => client.tasks.get({ id }, { signal }),
    })),
    combine: (queries) => queries.flatMap(({ data }): TaskRow[] => (data ? [data] : [])),
  });
  const tasks = useMemo(() => {
    const known = new Set(rows.map(({ id }) => id));
    return [...rows, ...read.filter(({ id }) => !known.has(id))];
  }, [rows, read]);
  useEffect(() => {
    if (!isCut || ids.length >= ANCESTORS_MAX) return;
    const known = new Set([...tasks.map(({ id }) => id), ...ids]);
    const parents = tasks.flatMap(({ parent_task_id: parent }) => (parent && !known.has(parent) ? [parent] : []));
    if (parents.length > 0) setIds([...new Set([...ids, ...parents])].slice(0, ANCESTORS_MAX));
  }, [ids, isCut, tasks]);
  return tasks;
}
