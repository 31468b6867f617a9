/** Titles of tasks that are only named by their id. A title never changes, so each is read once. */
import type { Task } from "@bailiwick/sdk";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSession } from "./session.tsx";

export function useTaskTitle(id: string): string | undefined {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const query = useQuery({
    // An area of its own: what the live feed tells of tasks changes no title.
    queryKey: [workspace.id, "titles", "task", id],
    queryFn: async ({ signal }) =>
      findTitle(cache, workspace.id, id) ?? (await client.tasks.get({ id }, { signal })).title,
    initialData: () => findTitle(cache, workspace.id, id),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return query.data;
}

/** Among the lists that are held already. */
function findTitle(cache: QueryClient, workspace: string, id: string): string | undefined {
  const lists = cache.getQueriesData<{ rows?: Task[] }>({ queryKey: [workspace, "tasks"] });
  for (const [, held] of lists) {
    const task = held?.rows?.find((row) => row.id === id);
    if (task) return task.title;
  }
  return undefined;
}
