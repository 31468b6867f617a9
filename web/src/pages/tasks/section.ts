import { createRoute } from "@tanstack/react-router";
import { ListTodo } from "lucide-react";

import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readTasksSearch } from "./search.ts";

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks",
  validateSearch: readTasksSearch,
  component: lazyPart(() => import("./tasks.tsx"), "TasksPage"),
});
const taskRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks/$id",
  component: lazyPart(() => import("./task.tsx"), "TaskPage"),
});

export const tasksSection = {
  group: "Workbench",
  label: "Tasks",
  icon: ListTodo,
  to: "/tasks",
  keys: "g t",
  permission: "tasks:read",
  Panel: lazyPart(() => import("./task-panel.tsx"), "TaskPanel"),
  routes: [listRoute, taskRoute],
} as const satisfies Section;
