/** The tasks of the workspace: as a list, as a board by status, or as the graph of one tree. */
import { getRouteApi } from "@tanstack/react-router";
import { ListTodo, Plus } from "lucide-react";
import { Suspense, useCallback, useState } from "react";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { type TaskRow, useTaskRows } from "../../data/tasks.ts";
import { useSince } from "../../domain/range.ts";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty, Skeleton } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useIsPhone } from "../../ui/use-media.ts";
import { filtersOf, pageOf, type SetSearch, type ViewProps } from "./search.ts";
import { StatusTabs } from "./status-tabs.tsx";
import { TaskLines, useTaskColumns } from "./task-columns.tsx";
import { isFiltered, NO_FILTERS, showsCauses, TaskFilters } from "./task-filters.tsx";
import { TaskPanel } from "./task-panel.tsx";

const route = getRouteApi("/tasks");
const Board = lazyPart(() => import("./board.tsx"), "Board");
const FailedByCause = lazyPart(() => import("./failed-by-cause.tsx"), "FailedByCause");
const GraphView = lazyPart(() => import("./delegation/graph-page.tsx"), "GraphView");
const TaskBatch = lazyPart(() => import("../../domain/tasks/task-batch.tsx"), "TaskBatch");
const CreateTask = lazyPart(() => import("./create-task.tsx"), "CreateTask");

const NOT_CREATING = { create: undefined, parent_task_id: undefined } as const;

export function TasksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isPhone = useIsPhone();
  const set: SetSearch = useCallback(
    (change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) }),
    [navigate],
  );
  return (
    <Page
      title="Tasks"
      actions={<PageActions search={search} set={set} />}
      toolbar={search.view !== "graph" && <Toolbar search={search} set={set} />}
    >
      <Split
        detail={search.open && <TaskPanel id={search.open} />}
        href={search.open && pageOf(search.open)}
        label="Task"
        onClose={() => set({ open: undefined })}
      >
        <Suspense fallback={<Skeleton lines={9} className="p-4" />}>
          <View search={search} set={set} />
        </Suspense>
      </Split>
      <Suspense>
        {search.create === "yes" && (
          <CreateTask
            parentId={search.parent_task_id}
            assigneeId={search.assigned_to_agent_id}
            onClose={() => set(NOT_CREATING)}
            onCreated={(open) => (isPhone ? void navigate({ href: pageOf(open) }) : set({ ...NOT_CREATING, open }))}
          />
        )}
      </Suspense>
    </Page>
  );
}

function Toolbar({ search, set }: ViewProps) {
  return (
    <>
      {search.view === undefined && <StatusTabs search={search} set={set} />}
      <TaskFilters search={search} onChange={set} />
    </>
  );
}

function View({ search, set }: ViewProps) {
  if (search.view === "board") return <Board search={search} set={set} />;
  if (search.view === "graph") return <GraphView />;
  return <TaskList search={search} set={set} />;
}

const VIEWS = [
  { value: "list", label: "List" },
  { value: "board", label: "Board" },
  { value: "graph", label: "Graph" },
] as const;

function PageActions({ search, set }: ViewProps) {
  const denied = useDenied("tasks:write");
  const create = () => set({ create: "yes" });
  const show = (view: (typeof VIEWS)[number]["value"]) => set({ view: view === "list" ? undefined : view });
  useHotkeys([
    { keys: "c", label: "New task", denied, run: create },
    ...VIEWS.map(({ value, label }) => ({ label: `Tasks as ${label.toLowerCase()}`, run: () => show(value) })),
  ]);
  return (
    <>
      <Tabs label="View" value={search.view ?? "list"} tabs={VIEWS} onChange={show} />
      <Button look="primary" keys="c" denied={denied} onClick={create}>
        <Plus aria-hidden className="size-4" />
        <span className="max-sm:sr-only">New task</span>
      </Button>
    </>
  );
}

const phoneLines = (task: TaskRow) => <TaskLines task={task} />;

function TaskList({ search, set }: ViewProps) {
  const from = useSince(search.since);
  const list = useTaskRows(filtersOf(search, from));
  const columns = useTaskColumns(search.open !== undefined);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  if (showsCauses(search)) return <FailedByCause from={from} set={set} />;
  return (
    <>
      <Table<TaskRow>
        label="Tasks"
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={({ title }) => title}
        hrefOf={({ id }) => pageOf(id)}
        onOpen={({ id }) => set({ open: id })}
        openId={search.open}
        phone={phoneLines}
        empty={<NoTasks search={search} set={set} />}
        selection={{ ids: selected, set: setSelected }}
      />
      <Suspense>{selected.size > 0 && <TaskBatch rows={list.rows} ids={selected} onSelect={setSelected} />}</Suspense>
    </>
  );
}

function NoTasks({ search, set }: ViewProps) {
  const denied = useDenied("tasks:write");
  const all = useRead(["tasks", "any", {}], (client, call) => client.tasks.list({ limit: 1 }, call));
  const icon = <ListTodo className="size-6" strokeWidth={1.5} />;
  if (isFiltered(search) || search.status !== undefined) {
    return (
      <Empty title="No task matches these filters." icon={icon}>
        <Button onClick={() => set({ ...NO_FILTERS, status: "all" })}>Show all tasks</Button>
      </Empty>
    );
  }
  if (all.data && all.data.items.length > 0) {
    return (
      <Empty title="No task is open." icon={icon}>
        <Button onClick={() => set({ status: "ended" })}>Show ended tasks</Button>
      </Empty>
    );
  }
  return (
    <Empty title="No tasks yet. A task is a piece of work for one agent." icon={icon}>
      <Button look="primary" denied={denied} onClick={() => set({ create: "yes" })}>
        New task
      </Button>
    </Empty>
  );
}
