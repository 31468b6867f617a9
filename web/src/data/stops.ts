/** The stops in force, which the frame shows on every page. */
import type { Stop } from "@bailiwick/sdk";
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
