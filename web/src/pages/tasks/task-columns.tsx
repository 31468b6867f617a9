/** The columns of a list of tasks. */
import { useMemo } from "react";
import { countedAttempt, type TaskRow } from "../../data/tasks.ts";
import { PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { TaskStatus } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Money } from "../../ui/money.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { LeaseLeft, TaskMarks } from "./task-marks.tsx";

const TITLE: Column<TaskRow> = {
  id: "title",
  header: "Title",
  width: "minmax(200px,1fr)",
  cell: (task) => <TitleCell task={task} />,
};
const STATUS: Column<TaskRow> = {
  id: "status",
  header: "Status",
  width: "96px",
  cell: ({ status }) => (
    <span className="flex">
      <TaskStatus status={status} isPlain />
    </span>
  ),
};
const ASSIGNEE: Column<TaskRow> = {
  id: "assignee",
  header: "Assignee",
  width: "minmax(96px,160px)",
  cell: (task) => <Assignee task={task} />,
};
const AGE: Column<TaskRow> = {
  id: "age",
  header: "Created",
  width: "68px",
  isRight: true,
  cell: ({ created_at }) => (
    <span className="relative z-1 text-sm text-ink-3">
      <Time at={created_at} />
    </span>
  ),
};
const OTHERS: readonly Column<TaskRow>[] = [
  { id: "creator", header: "Creator", width: "minmax(88px,140px)", cell: (task) => <Creator task={task} /> },
  {
    id: "priority",
    header: "Priority",
    width: "56px",
    isRight: true,
    cell: ({ priority }) => <Quiet value={priority} />,
  },
  {
    id: "attempt",
    header: "Attempt",
    width: "60px",
    isRight: true,
    cell: (task) => <Quiet value={`${countedAttempt(task)}/${task.max_attempts}`} />,
  },
  {
    id: "lease",
    header: "Lease",
    width: "52px",
    isRight: true,
    cell: (task) => (
      <span className="relative z-1 text-sm text-ink-2">
        <LeaseLeft task={task} />
      </span>
    ),
  },
  {
    id: "cost",
    header: "Cost",
    width: "64px",
    isRight: true,
    cell: ({ cost_usd }) => (
      <span className="relative z-1 text-sm text-ink-2">
        <Money usd={cost_usd} />
      </span>
    ),
  },
];

const WIDE = [TITLE, STATUS, ASSIGNEE, ...OTHERS, AGE];
const NARROW = [TITLE, STATUS, ASSIGNEE, AGE];

/** `isNarrow`: a panel is open, or the screen is small. */
export const useTaskColumns = (isNarrow: boolean): readonly Column<TaskRow>[] =>
  useMemo(() => (isNarrow ? NARROW : WIDE), [isNarrow]);

function TitleCell({ task }: { task: TaskRow }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <AgentLine text={task.title} className="truncate" />
      <TaskMarks task={task} />
      {task.blocked_reason && (
        <AgentLine text={task.blocked_reason.reason} className="min-w-[40%] flex-1 truncate text-sm text-ink-3" />
      )}
    </span>
  );
}

const Quiet = ({ value }: { value: string | number }) => (
  <span className="text-sm text-ink-3 tabular-nums">{value}</span>
);

export function Creator({ task }: { task: Pick<TaskRow, "created_by_agent_id" | "created_by_user_id"> }) {
  if (task.created_by_agent_id) return <AgentName id={task.created_by_agent_id} />;
  if (task.created_by_user_id) return <PersonName id={task.created_by_user_id} />;
  return <span className="text-ink-2">a service</span>;
}

/** A task in two lines, on a phone and on the cards of the board. */
export function TaskLines({ task, hasStatus = true }: { task: TaskRow; hasStatus?: boolean }) {
  return (
    <span className="block space-y-1">
      <span className="flex min-w-0 items-center gap-1.5">
        <AgentLine text={task.title} className="min-w-0 truncate" />
        <TaskMarks task={task} />
      </span>
      <span className="flex min-w-0 items-center gap-2 text-sm text-ink-2">
        {hasStatus && <TaskStatus status={task.status} isPlain />}
        <span className="min-w-0 truncate">
          <Assignee task={task} isLink={false} />
        </span>
        <span className="ml-auto flex shrink-0 gap-2 text-ink-3">
          <LeaseLeft task={task} />
          <Time at={task.created_at} />
        </span>
      </span>
    </span>
  );
}
