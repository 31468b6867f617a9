/** The search parameters of the page of tasks, and how its parts read and change them. */
import { TASK_STATUS_FILTERS, type TaskStatusFilter } from "@bailiwick/sdk";
import { oneOf, textOf } from "../../app/root-route.ts";
import { isFinal, type TaskFilters } from "../../data/tasks.ts";
import { readSince } from "../../domain/range.ts";

export interface TasksSearch {
  view?: "board" | "graph" | undefined;
  /** Without it, the list shows the open tasks. */
  status?: TaskStatusFilter | "all" | undefined;
  /** A range: a word, or the time of its start. */
  since?: string | undefined;
  /** Failed tasks as rows and not by cause. */
  rows?: "yes" | undefined;
  /** The board shows the columns of ended tasks. */
  ended?: "yes" | undefined;
  held_by?: "people" | undefined;
  assigned_to_agent_id?: string | undefined;
  created_by_agent_id?: string | undefined;
  root_task_id?: string | undefined;
  q?: string | undefined;
  order?: "asc" | undefined;
  open?: string | undefined;
  create?: "yes" | undefined;
  parent_task_id?: string | undefined;
}

export const readTasksSearch = (search: Record<string, unknown>): TasksSearch => ({
  view: oneOf(search.view, ["board", "graph"]),
  status: oneOf(search.status, [...TASK_STATUS_FILTERS, "all"]),
  since: readSince(search.since),
  rows: oneOf(search.rows, ["yes"]),
  ended: oneOf(search.ended, ["yes"]),
  held_by: oneOf(search.held_by, ["people"]),
  assigned_to_agent_id: textOf(search.assigned_to_agent_id),
  created_by_agent_id: textOf(search.created_by_agent_id),
  root_task_id: textOf(search.root_task_id),
  q: textOf(search.q),
  order: oneOf(search.order, ["asc"]),
  open: textOf(search.open),
  create: oneOf(search.create, ["yes"]),
  parent_task_id: textOf(search.parent_task_id),
});

export type SetSearch = (change: Partial<TasksSearch>) => void;

export interface ViewProps {
  search: TasksSearch;
  set: SetSearch;
}

export const pageOf = (id: string): string => `/tasks/${id}`;

/** The filters without the state and the range. */
export function commonFilters(search: TasksSearch): TaskFilters {
  const { held_by, assigned_to_agent_id, created_by_agent_id, root_task_id, q } = search;
  return { held_by, assigned_to_agent_id, created_by_agent_id, root_task_id, q };
}

/** The filters of the list. `from` is the start of the range: ended tasks ended in it, others were created in it. */
export function filtersOf(search: TasksSearch, from: string | undefined): TaskFilters {
  const { status = "open", order } = search;
  const isEnded = isEndedStatus(status);
  return {
    ...commonFilters(search),
    status: status === "all" ? undefined : status,
    ...(from !== undefined && (isEnded ? { finished_after: from } : { created_after: from })),
    order,
  };
}

export function isEndedStatus(status: NonNullable<TasksSearch["status"]>): boolean {
  return status === "ended" || (status !== "all" && status !== "open" && isFinal(status));
}
