/** Reads tasks: lists of rows, one task that stays current while its subtasks and its agent change, and titles. */
import {
  type Client,
  type Fact,
  TASK_STEPS,
  type Task,
  type TaskItem,
  type TaskStatus,
  type TasksCountInput,
  type TasksGetOutput,
  type TasksListInput,
} from "@bailiwick/sdk";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type List, useList } from "./list.ts";
import { onFact } from "./live.tsx";
import { type ReadOptions, useRead } from "./query.ts";
import { useSession } from "./session.tsx";
import { startsFrom } from "./steps.ts";

/** A row of a list. Input and output can be large, so only the detail has them. */
export type TaskRow = Omit<Task, "input" | "output"> &
  Pick<TaskItem, "failed_reason" | "retried_by_task_id" | "dependent_count">;
export type TaskDetail = TasksGetOutput;
export type Status = TaskStatus;

/** A blocked task that is queued again when its last open subtask ends needs nobody. */
export const waitsForChildren = ({ blocked_reason: why }: Pick<Task, "blocked_reason">): boolean =>
  why?.code === "waiting_for_children";

/** An escalated task waits for people when no agent is above. */
export const isWithPeople = ({ blocked_reason: why }: Pick<Task, "blocked_reason">): boolean =>
  why?.code === "waiting_for_person";

/** A task that its agent blocked, or that was escalated to people, asks a question. */
export const asksPerson = ({ blocked_reason: why }: Pick<Task, "blocked_reason">): boolean =>
  why?.code === "blocked_by_agent" || why?.code === "waiting_for_person";

/** Returns the number of the attempt among those that count against `max_attempts`. */
export function countedAttempt({ attempt, unseen_attempts }: Pick<TaskRow, "attempt" | "unseen_attempts">): number {
  return Math.max(1, attempt - unseen_attempts);
}

/** A task that has ended cannot be canceled. */
export const isFinal = (status: Status): boolean => !startsFrom(TASK_STEPS.cancel, status);

export type TaskFilters = Pick<
  TasksListInput,
  | "status"
  | "held_by"
  | "assigned_to_agent_id"
  | "created_by_agent_id"
  | "parent_task_id"
  | "root_task_id"
  | "q"
  | "created_after"
  | "finished_after"
  | "order"
>;

export function useTaskRows(filters: TaskFilters, options: { pageSize?: number; enabled?: boolean } = {}) {
  return useList<TaskRow>({
    key: ["tasks", "list", filters],
    page: (client, at, call) => client.tasks.list({ ...filters, ...at }, call),
    idOf: ({ id }) => id,
    one: readRow,
    matches: (row) => fits(row, filters),
    ...options,
  });
}

async function readRow(client: Client, id: string): Promise<TaskRow> {
  const { input: _input, output: _output, events, chain: _chain, ...row } = await client.tasks.get({ id });
  const end = row.status === "failed" ? events.findLast(({ event_type }) => event_type === "failed") : undefined;
  return { ...row, ...(end && { failed_reason: String(end.payload.reason) }) };
}

/** Checks the filters whose result a step can change. */
function fits(row: TaskRow, { status, held_by, assigned_to_agent_id }: TaskFilters): boolean {
  if (held_by !== undefined && !row.held_by) return false;
  if (status !== undefined && !hasStatus(row.status, status)) return false;
  return assigned_to_agent_id === undefined || row.assigned_to_agent_id === assigned_to_agent_id;
}

function hasStatus(status: Status, wanted: NonNullable<TaskFilters["status"]>): boolean {
  if (wanted === "open") return !isFinal(status);
  return wanted === "ended" ? isFinal(status) : status === wanted;
}

/** Exact numbers of tasks by status. */
export function useTaskCount(filters: TasksCountInput, options: ReadOptions = {}) {
  return useRead(["tasks", "count", filters], (client, call) => client.tasks.count(filters, call), {
    keep: true,
    ...options,
  });
}

export function useTask(id: string) {
  useReadAgain(id);
  return useRead(["tasks", "get", id], (client, call) => client.tasks.get({ id }, call));
}

/** Facts about its subtasks and its agent change a task too: its open subtasks, and whether its agent can take it. */
function useReadAgain(id: string): void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  useEffect(() => {
    const key = [workspace.id, "tasks", "get", id];
    const concerns = ({ type, subject, data }: Fact) => {
      if (subject.id === id) return false;
      if (subject.id === cache.getQueryData<TaskDetail>(key)?.assigned_to_agent_id) return true;
      const children = cache.getQueryData<{ rows: TaskRow[] }>([workspace.id, "tasks", "list", childrenOf(id)]);
      if (type === "task.created") return data.parent_task_id === id;
      return children?.rows.some((row) => row.id === subject.id) ?? false;
    };
    return onFact((fact) => {
      if (concerns(fact)) void cache.invalidateQueries({ queryKey: key });
    });
  }, [cache, workspace.id, id]);
}

const childrenOf = (parent_task_id: string): TaskFilters => ({ parent_task_id, order: "asc" });

export const useChildren = (id: string): List<TaskRow> => useTaskRows(childrenOf(id));

/** The title of a task that is known by its id alone. A title never changes, so it is read once. */
export function useTaskTitle(id: string | undefined): string | undefined {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const query = useQuery({
    queryKey: titleKey(workspace.id, id ?? ""),
    queryFn: async ({ signal }) =>
      findTitle(cache, workspace.id, id) ?? (await client.tasks.get({ id: id ?? "" }, { signal })).title,
    initialData: () => findTitle(cache, workspace.id, id),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return query.data;
}

/** An area of its own, because no fact about tasks changes a title. */
const titleKey = (workspace: string, id: string) => [workspace, "titles", "task", id];

/** Returns a function that keeps titles by task id, so that they are not read one by one. */
export function useKeepTitles(): (titles: Readonly<Record<string, string>>) => void {
  const { workspace } = useSession();
  const cache = useQueryClient();
  return (titles) => {
    for (const [id, title] of Object.entries(titles)) cache.setQueryData(titleKey(workspace.id, id), title);
  };
}

/** Looks in the cached lists. */
function findTitle(cache: QueryClient, workspace: string, id: string | undefined): string | undefined {
  const lists = cache.getQueriesData<{ rows?: TaskRow[] }>({ queryKey: [workspace, "tasks"] });
  for (const [, held] of lists) {
    const task = held?.rows?.find((row) => row.id === id);
    if (task) return task.title;
  }
  return undefined;
}
