/** The graph view of the tasks: the trees, the newest first, and the chosen one. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeft, Workflow } from "lucide-react";
import { Suspense, useCallback } from "react";
import { type List, useList } from "../../../data/list.ts";
import { useRead } from "../../../data/query.ts";
import type { TaskRow } from "../../../data/tasks.ts";
import { TaskStatus } from "../../../domain/status.tsx";
import { AgentLine } from "../../../ui/agent-text.tsx";
import { Button } from "../../../ui/button.tsx";
import { cx } from "../../../ui/class-names.ts";
import { shortId } from "../../../ui/id.tsx";
import { lazyPart } from "../../../ui/lazy-part.tsx";
import { Empty, ErrorState, Skeleton } from "../../../ui/states.tsx";
import { Time } from "../../../ui/time.tsx";
import { SearchBox } from "../../../ui/toolbar.tsx";
import { useIsWide } from "../../../ui/use-media.ts";

const DelegationGraph = lazyPart(() => import("./delegation-graph.tsx"), "DelegationGraph");
const tasksRoute = getRouteApi("/tasks");

const PAGE_SIZE = 50;

export function GraphView() {
  const { root_task_id: chosen, q } = tasksRoute.useSearch();
  const isWide = useIsWide();
  const trees = useList<TaskRow>({
    key: ["tasks", "trees", { q }],
    page: (client, at, call) => client.tasks.list({ trees: true, q, ...at }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const rootId = chosen ?? (isWide ? trees.rows[0]?.id : undefined);
  if (trees.isLoading && chosen === undefined && q === undefined) return <Skeleton lines={6} className="p-4" />;
  if (trees.error && chosen === undefined) return <ErrorState error={trees.error} retry={trees.reload} />;
  const isNone = !trees.isLoading && !trees.hasMore && trees.rows.length === 0;
  if (isNone && chosen === undefined && q === undefined) return <NoTrees />;
  return (
    <div className="flex min-h-0 grow">
      {(isWide || rootId === undefined) && <TreeList trees={trees} rootId={rootId} q={q} />}
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

interface TreeListProps {
  trees: List<TaskRow>;
  rootId: string | undefined;
  q: string | undefined;
}

/** The chosen tree comes first when the list does not show it. */
function TreeList({ trees: { rows, hasMore, isLoading, isLoadingMore, loadMore }, rootId, q }: TreeListProps) {
  const navigate = tasksRoute.useNavigate();
  const search = useCallback(
    (words: string | undefined) => void navigate({ search: (now) => ({ ...now, q: words }), replace: true }),
    [navigate],
  );
  const isApart = rootId !== undefined && !isLoading && !rows.some(({ id }) => id === rootId);
  return (
    <nav
      aria-label="Trees"
      className="flex w-64 shrink-0 flex-col overflow-y-auto border-r border-line max-[1399px]:w-56 max-[1099px]:w-full max-[1099px]:border-r-0"
    >
      <div className="px-4 pt-3 pb-2 *:w-full">
        <SearchBox label="Search trees" value={q} onChange={search} isWide />
      </div>
      <ul className="pb-3">
        {isApart && (
          <li>
            <ChosenTree id={rootId} q={q} />
          </li>
        )}
        {rows.map((task) => (
          <li key={task.id}>
            <Choice id={task.id} task={task} isChosen={task.id === rootId} q={q} />
          </li>
        ))}
      </ul>
      {!isLoading && rows.length === 0 && !hasMore && (
        <p className="px-4 text-sm text-ink-3">No tree has this title.</p>
      )}
      {hasMore && (
        <Button size="small" look="quiet" className="mx-4 mb-3 self-start" isBusy={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      )}
    </nav>
  );
}

function ChosenTree({ id, q }: Pick<ChoiceProps, "id" | "q">) {
  const read = useRead<TaskRow>(["tasks", "get", id], (client, call) => client.tasks.get({ id }, call));
  return <Choice id={id} task={read.data} isChosen q={q} />;
}

interface ChoiceProps {
  id: string;
  task: TaskRow | undefined;
  isChosen: boolean;
  q: string | undefined;
}

function Choice({ id, task, isChosen, q }: ChoiceProps) {
  return (
    <Link
      to="/tasks"
      search={{ view: "graph", root_task_id: id, q }}
      aria-current={isChosen ? "true" : undefined}
      className={cx("flex flex-col gap-1 px-4 py-2 hover:bg-hover", isChosen && "bg-selected hover:bg-selected")}
    >
      <AgentLine
        text={task?.title ?? shortId(id)}
        className="line-clamp-2 min-w-0 leading-5 [overflow-wrap:anywhere] whitespace-normal"
      />
      {task && (
        <span className="flex min-w-0 items-center gap-2 text-sm text-ink-3">
          <TaskStatus of={task} isPlain />
          <span className="min-w-0 grow truncate">
            {task.open_children > 0 && `${task.open_children.toLocaleString("en-US")} open`}
          </span>
          <Time at={task.created_at} />
        </span>
      )}
    </Link>
  );
}
