/** Costs of tasks. Those that rows ask for at the same time are read together. */
import type { Client, ObsGetTaskCostsOutput } from "@bailiwick/sdk";
import { useQuery } from "@tanstack/react-query";
import { useSession } from "./session.tsx";

export type TaskCosts = ObsGetTaskCostsOutput["items"][number];

/** The most ids of one request. */
const IDS_MAX = 100;
const GATHER_MS = 30;
/** No fact names the tasks whose costs changed. */
const READ_EVERY_MS = 30_000;

interface Waiting {
  id: string;
  resolve: (costs: TaskCosts | null) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<Client, Waiting[]>();

/** Null for a task without telemetry: its cost is unknown. */
function readCosts(client: Client, id: string): Promise<TaskCosts | null> {
  return new Promise((resolve, reject) => {
    const queue = waiting.get(client);
    if (queue) queue.push({ id, resolve, reject });
    else {
      waiting.set(client, [{ id, resolve, reject }]);
      setTimeout(() => void flush(client), GATHER_MS);
    }
  });
}

async function flush(client: Client): Promise<void> {
  const all = waiting.get(client) ?? [];
  waiting.delete(client);
  for (let at = 0; at < all.length; at += IDS_MAX) {
    const part = all.slice(at, at + IDS_MAX);
    try {
      const { items } = await client.obs.getTaskCosts({ ids: part.map(({ id }) => id).join(",") });
      for (const { id, resolve } of part) resolve(items.find(({ task_id }) => task_id === id) ?? null);
    } catch (error) {
      for (const { reject } of part) reject(error);
    }
  }
}

export function useTaskCosts(id: string | undefined): TaskCosts | null | undefined {
  const { client, workspace, permissions } = useSession();
  const { data } = useQuery({
    queryKey: [workspace.id, "costs", "task", id],
    queryFn: () => readCosts(client, id ?? ""),
    enabled: id !== undefined && permissions.has("obs:read"),
    staleTime: READ_EVERY_MS / 2,
    refetchInterval: READ_EVERY_MS,
    retry: false,
  });
  return data;
}
