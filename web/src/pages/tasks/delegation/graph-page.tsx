/** The graph view of the tasks: the trees with the newest tasks, and the chosen one. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeft, Workflow } from "lucide-react";
import { Suspense, useMemo } from "react";
import { useList } from "../../../data/list.ts";
import { useRead } from "../../../data/query.ts";
import type { TaskRow } from "../../../data/tasks.ts";
import { Assignee } from "../../../domain/agents/assignee.tsx";
import { TaskStatus } from "../../../domain/status.tsx";
import { AgentLine } from "../../../ui/agent-text.tsx";
import { cx } from "../../../ui/class-names.ts";
import { shortId } from "../../../ui/id.tsx";
import { lazyPart } from "../../../ui/lazy-part.tsx";
import { Empty, ErrorState, Skeleton } from "../../../ui/states.tsx";
import { Time } from "../../../ui/time.tsx";
import { useIsWide } from "../../../ui/use-media.ts";

const DelegationGraph = lazyPart(() => import("./delegation-graph.tsx"), "DelegationGraph");
const tasksRoute = getRouteApi("/tasks");

/** Trees are found among this many of the newest tasks, the largest page that the API allows. */
const NEWEST_MAX = 200;

export function GraphView() {
  const { root_task_id: chosen } = tasksRoute.useSearch();
  const isWide = useIsWide();
  const newest = useList<TaskRow>({
    key: ["tasks", "newest", {}],
    page: (client, at, call) => client.tasks.list(at, call),
    idOf: ({ id }) => id,
    pageSize: NEWEST_MAX,
  });
  const trees = useMemo(() => treesOf(newest.rows.slice(0, NEWEST_MAX), chosen), [newest.rows, chosen]);
  const rootId = chosen ?? (isWide ? trees[0]?.id : undefined);
  if (newest.isLoading && chosen === undefined) return <Skeleton lines={6} className="p-4" />;
  if (newest.error && chosen === undefined) return <ErrorState error={newest.error} retry={newest.reload} />;
  if (trees.length === 0 && chosen === undefined) return <NoTrees />;
  return (
    <div className="flex min-h-0 grow">
      {(isWide || rootId === undefined) && (
        <TreeList trees={trees} rootId={rootId} isAll={!newest.hasMore && newest.rows.length <= NEWEST_MAX} />
      )}
      {rootId !== undefined && (
        <div className="flex min-w-0 grow flex-col">
          {!isWide && <BackToTrees />}
          <Suspense fallback={<Skeleton lines={6} className="p-4" />}>
            <DelegationGraph key={rootId} rootId={rootId} />
          </Suspense>
        </div>
      )}
    </div>
  );
}

interface Tree {
  id: string;
  /** The first task of the tree, when it is among the newest tasks. */
  root: TaskRow | undefined;
}

/** Returns the trees of the tasks, in the order of the tasks, and the chosen tree. */
function treesOf(tasks: readonly TaskRow[], chosen: string | undefined): Tree[] {
  const roots = new Map(tasks.filter(({ depth }) => depth === 0).map((task) => [task.id, task]));
  // A task without subtasks is no tree.
  const below = tasks.filter(({ depth }) => depth > 0);
  const ids = new Set([...below.map(({ root_task_id }) => root_task_id), ...(chosen === undefined ? [] : [chosen])]);
  return [...ids].map((id) => ({ id, root: roots.get(id) }));
}

function NoTrees() {
  return (
    <Empty title="No task has subtasks yet." icon={<Workflow className="size-6" strokeWidth={1.5} />}>
      <Link to="/tasks" search={{ create: "yes" }} className="font-medium text-accent-ink hover:underline">
        Create a task
      </Link>
    </Empty>
  );
}

function BackToTrees() {
  return (
    <Link
      to="/tasks"
      search={{ view: "graph" }}
      className="flex h-9 shrink-0 items-center gap-1.5 border-b border-line px-4 text-sm text-ink-2"
    >
      <ArrowLeft aria-hidden className="size-4" />
      All trees
    </Link>
  );
}

function TreeList({ trees, rootId, isAll }: { trees: readonly Tree[]; rootId: string | undefined; isAll: boolean }) {
  return (
    <nav
      aria-label="Trees"
      className="flex w-72 shrink-0 flex-col overflow-y-auto border-r border-line max-[1099px]:w-full max-[1099px]:border-r-0"
    >
      <p className="px-4 pt-3 pb-1 text-sm text-ink-3">
        {isAll ? "All trees" : `Trees of the newest ${NEWEST_MAX} tasks`}
      </p>
      <ul className="pb-3">
        {trees.map((tree) => (
          <li key={tree.id}>
            <Choice tree={tree} isChosen={tree.id === rootId} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Choice({ tree: { id, root }, isChosen }: { tree: Tree; isChosen: boolean }) {
  const read = useRead<TaskRow>(["tasks", "get", id], (client, call) => client.tasks.get({ id }, call), {
    enabled: root === undefined,
  });
  const task = root ?? read.data;
  return (
    <Link
      to="/tasks"
      search={{ view: "graph", root_task_id: id }}
      aria-current={isChosen ? "true" : undefined}
      className={cx("flex flex-col gap-0.5 px-4 py-2 hover:bg-hover", isChosen && "bg-selected hover:bg-selected")}
    >
      <AgentLine text={task?.title ?? (read.isLoading ? "…" : shortId(id))} className="min-w-0 truncate" />
      {task && (
        <span className="flex min-w-0 items-center gap-3 text-sm text-ink-3">
          <TaskStatus of={task} isPlain />
          <span className="flex min-w-0 grow">
            <Assignee task={task} isLink={false} />
          </span>
          <Time at={task.created_at} />
        </span>
      )}
    </Link>
  );
}
