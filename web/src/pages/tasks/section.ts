import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ListTodo } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";

/** What the address says of the page. */
export interface TasksSearch {
  view?: "board" | "graph" | undefined;
  status?: "queued" | "running" | "blocked" | "completed" | "failed" | "canceled" | undefined;
  assigned_to_agent_id?: string | undefined;
  created_by_agent_id?: string | undefined;
  root_task_id?: string | undefined;
  q?: string | undefined;
  order?: "asc" | undefined;
  open?: string | undefined;
  create?: "yes" | undefined;
  parent_task_id?: string | undefined;
}

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks",
  validateSearch: (search: Record<string, unknown>): TasksSearch => ({
    view: oneOf(search.view, ["board", "graph"]),
    status: oneOf(search.status, ["queued", "running", "blocked", "completed", "failed", "canceled"]),
    assigned_to_agent_id: textOf(search.assigned_to_agent_id),
    created_by_agent_id: textOf(search.created_by_agent_id),
    root_task_id: textOf(search.root_task_id),
    q: textOf(search.q),
    order: oneOf(search.order, ["asc"]),
    open: textOf(search.open),
    create: oneOf(search.create, ["yes"]),
    parent_task_id: textOf(search.parent_task_id),
  }),
  component: lazyRouteComponent(() => import("./tasks.tsx"), "TasksPage"),
});
const taskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks/$id",
  component: lazyRouteComponent(() => import("./task.tsx"), "TaskPage"),
});

export const tasksSection = {
  group: "Workbench",
  label: "Tasks",
  icon: ListTodo,
  to: "/tasks",
  keys: "g t",
  permission: "tasks:read",
  routes: [listRoute, taskRoute],
} as const satisfies Section;
