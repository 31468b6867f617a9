/** The stops in force, which the frame shows on every page. */
import type { Stop, Task } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { onFact } from "./live.tsx";
import { useRead } from "./query.ts";
import { useSession } from "./session.tsx";

/** The server allows no more at once. */
const IN_FORCE_MAX = 50;
const NONE: readonly Stop[] = [];

export function useStopsInForce(): readonly Stop[] {
  const { data } = useRead(["stops", "in-force"], ({ stops }, call) =>
    stops.list({ in_force: true, limit: IN_FORCE_MAX }, call),
  );
  return data?.items ?? NONE;
}

/** The stop that forbids the starts of the agent. */
export function useStopOf(agentId: string): Stop | undefined {
  return useStopsInForce().find(
    ({ agent_id, root_task_id, in_force }) =>
      root_task_id === null && (agent_id ?? agentId) === agentId && in_force.includes("starts"),
  );
}

/** Returns true when a stop ends the running work of the task. */
export function useIsStopping({
  root_task_id: root,
  assigned_to_agent_id: agent,
}: Partial<Pick<Task, "root_task_id" | "assigned_to_agent_id">>): boolean {
  const stops = useStopsInForce();
  if (root === undefined) return false;
  return stops.some(
    ({ root_task_id, agent_id, in_force }) =>
      in_force.includes("running") && (root_task_id ?? root) === root && (agent_id ?? agent) === agent,
  );
}

const GATHER_MS = 1_000;

/** Reads stops again when a task may have ended: the server confirms an attempt without a fact of the stop. */
export function useConfirmations(isStopping: boolean): void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  useEffect(() => {
    if (!isStopping) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      timer = undefined;
      void cache.invalidateQueries({ queryKey: [workspace.id, "stops"] });
    };
    const unsubscribe = onFact(({ type }) => {
      if (type.startsWith("task.")) timer ??= setTimeout(read, GATHER_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [cache, workspace.id, isStopping]);
}
