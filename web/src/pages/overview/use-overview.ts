/** The reads of the overview. It reads only first pages, so a larger count is "100+". */
import type { Agent } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { PRESENCE_EVERY_MS } from "../../data/agents.ts";
import { type List, useList } from "../../data/list.ts";
import { onFact } from "../../data/live.tsx";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskRow } from "../../data/tasks.ts";
import { REPORTS } from "./last-hour.ts";

const PAGE_SIZE = 100;
const READ_EVERY_MS = 1_500;
/** No fact reports that an agent is silent, so gaps are read this often. */
const GAPS_EVERY_MS = 30_000;
/** A gap counts after a task waited this long. */
const WAITING_SECONDS = 60;
/** Earlier failures are not shown. */
const NEWS_MS = 24 * 3_600_000;

export interface Known<Row> {
  rows: readonly Row[];
  /** There are more rows than were read. */
  hasMore: boolean;
  isLoading: boolean;
  error: unknown;
  reload: () => void;
}

export type Now = ReturnType<typeof useOverview>;

export function useOverview() {
  useReadAgain();
  const failed = useTasks("failed");
  return {
    running: knownOf(useTasks("running")),
    queued: knownOf(useTasks("queued")),
    blocked: knownOf(useTasks("blocked")),
    failed: { ...knownOf(failed), rows: recent(failed.rows) },
    gaps: useGaps(),
    agents: useAgentsNow(),
  };
}

/**
 * The live feed reads the area `tasks` again after every fact, and running agents report many times a second. Five lists
 * each time would use up the request limit of a person. This reads again only after facts that change a task's state.
 */
function useReadAgain(): void {
  const cache = useQueryClient();
  const { workspace } = useSession();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      void cache.invalidateQueries({ queryKey: [workspace.id, "overview"] });
    };
    const stop = onFact(({ type }) => {
      if (type.startsWith("task.") && !REPORTS.has(type)) timer ??= setTimeout(flush, READ_EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [cache, workspace.id]);
}

function useTasks(status: TaskRow["status"]): List<TaskRow> {
  return useList<TaskRow>({
    key: ["overview", "tasks", { status }],
    page: (client, at, call) => client.tasks.list({ ...at, status }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
}

function knownOf({ rows, hasMore, isLoading, error, reload }: List<TaskRow>): Known<TaskRow> {
  return { rows: rows.slice(0, PAGE_SIZE), hasMore: hasMore || rows.length > PAGE_SIZE, isLoading, error, reload };
}

function recent(tasks: readonly TaskRow[]): TaskRow[] {
  const since = new Date(Date.now() - NEWS_MS).toISOString();
  return tasks
    .filter(({ finished_at }) => finished_at !== null && finished_at >= since)
    .sort((a, b) => (b.finished_at ?? "").localeCompare(a.finished_at ?? ""));
}

function useGaps() {
  const { data, error, isPending, refetch } = useRead(
    ["overview", "gaps", {}],
    (client, call) =>
      client.tasks.listGaps({ waiting_seconds: WAITING_SECONDS, by_agent: true, limit: PAGE_SIZE }, call),
    { everyMs: GAPS_EVERY_MS },
  );
  return {
    rows: data?.items ?? [],
    away: data?.away ?? [],
    isLoading: isPending,
    error: data ? undefined : error,
    reload: () => void refetch(),
  };
}

function useAgentsNow(): Known<Agent> {
  const { data, error, isPending, refetch } = useRead(
    ["agents", "overview", {}],
    (client, call) => client.agents.list({ limit: PAGE_SIZE }, call),
    { everyMs: PRESENCE_EVERY_MS },
  );
  return {
    rows: (data?.items ?? []).filter(({ status }) => status !== "archived"),
    hasMore: data?.next_cursor != null,
    isLoading: isPending,
    error: data ? undefined : error,
    reload: () => void refetch(),
  };
}
