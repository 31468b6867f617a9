/** The search parameters of the page of tasks, and how its parts read and change them. */
import { TASK_STATUSES, type TaskStatus } from "@bailiwick/sdk";
import { oneOf, textOf } from "../../app/root-route.ts";
import type { TaskFilters } from "../../data/tasks.ts";

export interface TasksSearch {
  view?: "board" | "graph" | undefined;
  status?: TaskStatus | undefined;
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
  status: oneOf(search.status, TASK_STATUSES),
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

export function filtersOf(search: TasksSearch): TaskFilters {
  const { status, assigned_to_agent_id, created_by_agent_id, root_task_id, q, order } = search;
  return { status, assigned_to_agent_id, created_by_agent_id, root_task_id, q, order };
}
