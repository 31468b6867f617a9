import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ListTodo } from "lucide-react";
import { lazy } from "react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { readTasksSearch } from "./search.ts";

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks",
  validateSearch: readTasksSearch,
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
  Panel: lazy(() => import("./task-panel.tsx").then(({ TaskPanel }) => ({ default: TaskPanel }))),
  routes: [listRoute, taskRoute],
} as const satisfies Section;
