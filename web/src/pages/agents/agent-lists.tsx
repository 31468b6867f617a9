/** Tasks and messages of an agent, as short lists. */
import type { Message } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { type List, useList } from "../../data/list.ts";
import type { TaskRow } from "../../data/tasks.ts";
import { PersonName, Sender } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { MessageBody } from "../../domain/messages/message-body.tsx";
import { ReplyState, TaskStatus } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { ShortList } from "../../ui/short-list.tsx";
import { ShortTable } from "../../ui/short-table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Countdown, Time } from "../../ui/time.tsx";

type Filter = { assigned_to_agent_id?: string; created_by_agent_id?: string; status?: TaskRow["status"] };

const PAGE_SIZE = 10;

const useTasksOf = (filter: Filter): List<TaskRow> =>
  useList({
    key: ["tasks", "list", { ...filter, pageSize: PAGE_SIZE }],
    page: (client, at, call) => client.tasks.list({ ...at, ...filter }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });

interface TasksProps {
  label: string;
  filter: Filter;
}

export function TasksOf({ label, filter }: TasksProps) {
  const hasAssignee = filter.assigned_to_agent_id === undefined;
  return (
    <ShortList label={label} list={useTasksOf(filter)} idOf={({ id }) => id}>
      {(task) => <TaskLine task={task} hasAssignee={hasAssignee} hasStatus={filter.status === undefined} />}
    </ShortList>
  );
}

interface TableProps extends TasksProps {
  empty: string;
  /** In a panel. */
  isNarrow: boolean;
}

/** The same with the heads of its columns. */
export function TaskTable({ label, filter, empty, isNarrow }: TableProps) {
  const hasAssignee = filter.assigned_to_agent_id === undefined;
  return (
    <ShortTable<TaskRow>
      label={label}
      list={useTasksOf(filter)}
      columns={COLUMNS.filter(({ id }) => hasAssignee || id !== "assignee")}
      idOf={({ id }) => id}
      linkOf={({ id, title }) => ({ href: `/tasks/${id}`, label: title })}
      lines={(task) => <TaskLine task={task} hasAssignee={hasAssignee} hasStatus />}
      isNarrow={isNarrow}
      empty={empty}
    />
  );
}

const COLUMNS: readonly Column<TaskRow>[] = [
  {
    id: "title",
    header: "Title",
    width: "minmax(220px,1fr)",
    cell: ({ title }) => <AgentLine text={title} className="block truncate" />,
  },
  { id: "assignee", header: "Assignee", width: "minmax(132px,200px)", cell: (task) => <Assignee task={task} /> },
  { id: "status", header: "Status", width: "112px", cell: (task) => <TaskStatus of={task} isPlain /> },
  {
    id: "at",
    header: "Started",
    width: "80px",
    isRight: true,
    cell: ({ started_at }) => (
      <span className="text-sm text-ink-3">
        <Time at={started_at} empty="not yet" />
      </span>
    ),
  },
];

interface LineProps {
  task: TaskRow;
  hasAssignee: boolean;
  /** False in a list of tasks with one state. */
  hasStatus: boolean;
}

function TaskLine({ task, hasAssignee, hasStatus }: LineProps) {
  return (
    <div className="flex items-center gap-3">
      <Link to="/tasks/$id" params={{ id: task.id }} className="flex min-w-0 grow rounded-sm text-ink hover:underline">
        <AgentLine text={task.title} className="truncate" />
      </Link>
      {hasAssignee && (
        <span className="flex max-w-40 min-w-0 text-sm text-ink-2">
          <Assignee task={task} />
        </span>
      )}
      {task.status === "running" && task.lease_expires_at && (
        <span className="text-sm whitespace-nowrap text-ink-2 max-sm:hidden">
          lease <Countdown until={task.lease_expires_at} />
        </span>
      )}
      {hasStatus && (
        <span className="w-21 shrink-0">
          <TaskStatus of={task} isPlain />
        </span>
      )}
      <span className={cx("w-14 shrink-0 text-right text-sm text-ink-3", hasStatus && "max-sm:hidden")}>
        <Time at={task.started_at ?? task.created_at} />
      </span>
    </div>
  );
}

export function MessagesOf({ agentId, pageSize = 10 }: { agentId: string; pageSize?: number }) {
  const list = useList({
    key: ["messages", "list", { agent_id: agentId, pageSize }],
    page: (client, at, call) => client.messages.list({ ...at, agent_id: agentId }, call),
    idOf: ({ id }) => id,
    pageSize,
  });
  return (
    <ShortList label="Messages" list={list} idOf={({ id }) => id} empty="No messages yet.">
      {(message) => <MessageLine message={message} />}
    </ShortList>
  );
}

function MessageLine({ message }: { message: Message }) {
  return (
    <div className="space-y-1">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-2">
        <Sender message={message} />
        <span aria-hidden>→</span>
        <span className="sr-only">to</span>
        <Recipient message={message} />
        <ReplyState state={message.reply_state} />
        <span className="ml-auto flex shrink-0 gap-3 text-ink-3">
          <Time at={message.created_at} />
          <Link
            to="/messages/$id"
            params={{ id: message.thread_id }}
            className="font-medium text-accent-ink hover:underline"
          >
            Thread
          </Link>
        </span>
      </div>
      <MessageBody message={message} />
    </div>
  );
}

function Recipient({ message: { to_agent_id, to_user_id } }: { message: Message }) {
  if (to_agent_id) return <AgentName id={to_agent_id} />;
  return to_user_id ? <PersonName id={to_user_id} /> : <span>everyone in the thread</span>;
}
