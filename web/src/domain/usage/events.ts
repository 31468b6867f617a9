/** Reads events: a list that goes on by itself, and one event. */
import type { ObsEvent, ObsListEventsInput } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type List, useList } from "../../data/list.ts";
import { onFact } from "../../data/live.tsx";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { useKeepTitles } from "../../data/tasks.ts";
import { REPORTS } from "../facts/reports.ts";
import { readRef, refOf } from "./event-words.ts";

/** Facts of steps come in bursts. */
const READ_EVERY_MS = 1_000;

export type EventFilters = Pick<ObsListEventsInput, "agent_id" | "event_type" | "status" | "task_id" | "run_id">;

export function useEvents(filters: EventFilters, pageSize: number): List<ObsEvent> {
  useFreshSteps();
  const keepTitles = useKeepTitles();
  return useList<ObsEvent>({
    key: ["obs", "events", { ...filters, pageSize }],
    page: async (client, at, call) => {
      const page = await client.obs.listEvents({ ...filters, ...at, include: "titles" }, call);
      keepTitles(page.task_titles ?? {});
      return page;
    },
    idOf: refOf,
    pageSize,
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
