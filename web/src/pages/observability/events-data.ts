/** Reads events: a list that goes on by itself, and one event. */
import type { ObsEvent } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type List, useList } from "../../data/list.ts";
import { onFact } from "../../data/live.tsx";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { REPORTS } from "../../domain/facts/reports.ts";
import { readRef, refOf } from "../../domain/usage/event-words.ts";
import type { LiveSearch } from "./search.ts";

/** The largest page of the API, so that the strip above the list covers some minutes. */
const PAGE_SIZE = 200;
/** Facts of steps come in bursts. */
const READ_EVERY_MS = 1_000;

export function useEvents({ agent_id, event_type, status, task_id, run_id }: LiveSearch): List<ObsEvent> {
  useFreshSteps();
  const filters = { agent_id, event_type, status, task_id, run_id };
  return useList<ObsEvent>({
    key: ["obs", "events", filters],
    page: (client, at, call) => client.obs.listEvents({ ...filters, ...at }, call),
    idOf: refOf,
    pageSize: PAGE_SIZE,
  });
}

/** Steps of tasks are events too, and their facts name another area. */
function useFreshSteps(): void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onFact(({ type }) => {
      if (!type.startsWith("task.") || REPORTS.has(type)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void cache.invalidateQueries({ queryKey: [workspace.id, "obs", "events"] });
      }, READ_EVERY_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cache, workspace.id]);
}

/** An event never changes. */
export function useEvent(ref: string) {
  return useRead(["event", "get", ref], (client, call) => client.obs.getEvent(readRef(ref), call));
}
