/** The reads of the overview: exact numbers, and the first rows of each list. */
import type { Agent } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { PRESENCE_EVERY_MS } from "../../data/agents.ts";
import { type List, useList } from "../../data/list.ts";
import { onFact } from "../../data/live.tsx";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskRow } from "../../data/tasks.ts";
import { REPORTS } from "../../domain/facts/reports.ts";

/** Each list of the page shows fewer rows. */
const ROWS_READ = 10;
const AGENTS_READ = 200;
const READ_EVERY_MS = 1_500;
/** No fact reports that an agent is silent, so gaps are read this often. */
const GAPS_EVERY_MS = 30_000;
/** A gap counts after a task waited this long. */
const WAITING_SECONDS = 60;
/** The newest reports of progress. */
const REPORTS_READ = 100;

export type Now = ReturnType<typeof useOverview>;

export function useOverview(from: string) {
  useReadAgain();
  return {
    open: useRead(["overview", "open", {}], (client, call) => client.tasks.count({ status: "open" }, call)).data,
    events: useRead(["overview", "events", from], (client, call) => client.audit.count({ from }, call), { keep: true })
      .data,
    failures: useRead(
      ["overview", "failures", from],
      (client, call) => client.tasks.summarizeFailures({ from }, call),
      {
        keep: true,
      },
    ),
    running: useTasks("running"),
    blocked: useTasks("blocked"),
    gaps: useGaps(),
    agents: useAgentsNow(),
    progress: useProgress(),
  };
}

export function useLanes(from: string) {
  return useRead(["overview", "lanes", from], (client, call) => client.tasks.summarizeAttempts({ from }, call), {
    keep: true,
  });
}

/**
 * The live feed reads the area `tasks` again after every fact, and running agents report many times a second. Many reads
 * each time would use up the request limit of a person. This reads again only after other facts.
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
      if (!REPORTS.has(type)) timer ??= setTimeout(flush, READ_EVERY_MS);
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
    pageSize: ROWS_READ,
  });
}

function useGaps() {
  const { data, error, isPending, refetch } = useRead(
    ["overview", "gaps", {}],
    (client, call) =>
      client.tasks.listGaps({ waiting_seconds: WAITING_SECONDS, by_agent: true, limit: ROWS_READ }, call),
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

function useAgentsNow() {
  const { data, error, isPending, refetch } = useRead(
    ["agents", "overview", {}],
    (client, call) => client.agents.list({ limit: AGENTS_READ }, call),
    { everyMs: PRESENCE_EVERY_MS },
  );
  return {
    rows: (data?.items ?? []).filter(({ status }: Agent) => status !== "archived"),
    hasMore: data?.next_cursor != null,
    isLoading: isPending,
    error: data ? undefined : error,
    reload: () => void refetch(),
  };
}

/** The last report of each running task. The live feed adds the newer ones. */
function useProgress(): ReadonlyMap<string, Record<string, unknown>> {
  const cache = useQueryClient();
  const { workspace } = useSession();
  const { data } = useRead(["progress", "newest", {}], async (client, call) => {
    const { items } = await client.audit.list({ type: "task.progress", limit: REPORTS_READ }, call);
    return new Map(
      items.toReversed().map(({ subject, data }): [string, Record<string, unknown>] => [subject.id, data]),
    );
  });
  useEffect(
    () =>
      onFact(({ type, subject, data }) => {
        if (type !== "task.progress") return;
        cache.setQueryData<ReadonlyMap<string, Record<string, unknown>>>(
          [workspace.id, "progress", "newest", {}],
          (before) => before && new Map(before).set(subject.id, data),
        );
      }),
    [cache, workspace.id],
  );
  return data ?? NO_PROGRESS;
}

const NO_PROGRESS: ReadonlyMap<string, Record<string, unknown>> = new Map();
