/** What the address of the tasks says, for the parts that read and change it. */
import type { TasksSearch } from "./section.ts";
import type { TaskFilters } from "./task-data.ts";

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
