/** The columns of a list of tasks. */
import type { TaskRow } from "../../data/tasks.ts";
import { PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { failureText } from "../../domain/failures.ts";
import { TaskStatus } from "../../domain/status.tsx";
import { TaskCost } from "../../domain/tasks/task-cost.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { TaskMarks } from "./task-marks.tsx";

const TITLE: Column<TaskRow> = {
  id: "title",
  header: "Title",
  width: "minmax(220px,1fr)",
  cell: (task) => <TitleCell task={task} />,
};
const STATUS: Column<TaskRow> = {
  id: "status",
  header: "Status",
  width: "96px",
  cell: (task) => (
    <span className="flex">
      <TaskStatus of={task} isPlain />
    </span>
  ),
};
const ASSIGNEE: Column<TaskRow> = {
  id: "assignee",
  header: "Assignee",
  width: "minmax(132px,180px)",
  cell: (task) => <Assignee task={task} />,
};
/** The lists are in the order of creation. */
const CREATED: Column<TaskRow> = {
  id: "created",
  header: "Created",
  width: "68px",
  isRight: true,
  cell: ({ created_at }) => (
    <span className="relative z-1 text-sm text-ink-3">
      <Time at={created_at} />
    </span>
  ),
};

const COST: Column<TaskRow> = {
  id: "cost",
  header: "Cost",
  width: "96px",
  isRight: true,
  cell: ({ id }) => <TaskCost id={id} isAligned />,
};

const COLUMNS = [TITLE, STATUS, ASSIGNEE, COST, CREATED];
const NARROW = [{ ...TITLE, cell: (task: TaskRow) => <TitleCell task={task} isShort /> }, STATUS, ASSIGNEE];

/** `isNarrow`: a panel is open. */
export const useTaskColumns = (isNarrow: boolean): readonly Column<TaskRow>[] => (isNarrow ? NARROW : COLUMNS);

interface TitleProps {
  task: TaskRow;
  isShort?: boolean;
  isBelow?: boolean;
}

function TitleCell({ task, isShort = false, isBelow = false }: TitleProps) {
  const reason = isShort ? undefined : reasonOf(task);
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <AgentLine
        text={task.title}
        className={reason === undefined ? "truncate" : "max-w-[max(60%,230px)] shrink-0 truncate"}
      />
      <TaskMarks task={task} isBelow={isBelow || isShort} />
      {reason !== undefined && <AgentLine text={reason} className="ml-1 min-w-0 flex-1 truncate text-sm text-ink-3" />}
    </span>
  );
}

/** The reason why a task is blocked or failed. */
function reasonOf({ blocked_reason, failed_reason }: TaskRow): string | undefined {
  return blocked_reason?.reason ?? (failed_reason === undefined ? undefined : failureText(failed_reason));
}

interface CreatorProps {
  task: Pick<TaskRow, "created_by_agent_id" | "created_by_user_id">;
  isInside?: boolean;
}

export function Creator({ task, isInside = false }: CreatorProps) {
  if (task.created_by_agent_id) return <AgentName id={task.created_by_agent_id} />;
  if (task.created_by_user_id) return <PersonName id={task.created_by_user_id} isInside={isInside} />;
  return <span className="text-ink-2">a service</span>;
}

/** A task in a few lines, on a phone and in short lists. */
export function TaskLines({ task, isBelow = false }: { task: TaskRow; isBelow?: boolean }) {
  const reason = reasonOf(task);
  return (
    <span className="block space-y-0.5">
      <span className="line-clamp-3 [overflow-wrap:anywhere]">
        <AgentLine text={task.title} />
        &nbsp;
        <TaskMarks task={task} isBelow={isBelow} />
      </span>
      {reason !== undefined && (
        <AgentLine text={reason} className="line-clamp-3 text-sm text-ink-3 [overflow-wrap:anywhere]" />
      )}
      <span className="flex min-w-0 items-center gap-2 text-sm text-ink-2">
        <TaskStatus of={task} isPlain />
        <span className="flex min-w-0">
          <Assignee task={task} isLink={false} />
        </span>
        <span className="ml-auto shrink-0 text-ink-3">
          <Time at={task.created_at} />
        </span>
      </span>
    </span>
  );
}

/** A task in one line, in the order of the tree. */
export function TaskLineWide({ task }: { task: TaskRow }) {
  return (
    <span className="grid grid-cols-[minmax(0,1fr)_6.5rem_11rem_4rem] items-center gap-x-3">
      <TitleCell task={task} isBelow />
      <TaskStatus of={task} isPlain />
      <span className="flex min-w-0 text-sm text-ink-2">
        <Assignee task={task} isLink={false} />
      </span>
      <span className="text-right text-sm text-ink-3">
        <Time at={task.updated_at} />
      </span>
    </span>
  );
}

/** A task on a card of the board. */
export function TaskCard({ task }: { task: TaskRow }) {
  const reason = reasonOf(task);
  return (
    <span className="block space-y-1">
      <span className="line-clamp-3 [overflow-wrap:anywhere]">
        <AgentLine text={task.title} />
        &nbsp;
        <TaskMarks task={task} />
      </span>
      {reason !== undefined && (
        <span className="line-clamp-2 text-sm text-ink-2 [overflow-wrap:anywhere]">
          <AgentLine text={reason} />
        </span>
      )}
      <span className="flex min-w-0 items-center gap-2 text-sm text-ink-2">
        <span className="flex min-w-0">
          <Assignee task={task} isLink={false} />
        </span>
        <span className="ml-auto shrink-0 text-ink-3">
          <Time at={sinceOf(task)} />
        </span>
      </span>
    </span>
  );
}

/** The time from which a task is in its state. */
function sinceOf({ status, started_at, updated_at, created_at }: TaskRow): string {
  if (status === "queued") return created_at;
  return status === "running" ? (started_at ?? updated_at) : updated_at;
}
