/** Blocked tasks and tasks that no agent can take, each with its reason; and failures by their cause. */

import type { AwayAgent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import { type TaskRow, waitsForChildren } from "../../data/tasks.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { FailureCauses } from "../../domain/failure-causes.tsx";
import { TaskStatus } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Count, counted, countText } from "../../ui/count.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import type { Now } from "./use-overview.ts";

/** Of each kind; the list of tasks has the others. */
const SHOWN_MAX = 5;

export function FailedFor({ now: { failures } }: { now: Now }) {
  const { data } = failures;
  if (!data || data.total === 0) return null;
  return (
    <Section
      title="Failed"
      about={
        <Link to="/tasks" search={{ status: "failed", since: data.from }} className="text-accent-ink hover:underline">
          All <Count value={data.total} />
        </Link>
      }
    >
      <FailureCauses causes={data.items.slice(0, SHOWN_MAX)} from={data.from} sparkAbout="this time" />
    </Section>
  );
}

export function NeedsLook({ now: { blocked: allBlocked, gaps } }: { now: Now }) {
  const blocked = { ...allBlocked, rows: allBlocked.rows.filter((task) => !waitsForChildren(task)) };
  const all = [blocked, gaps];
  const broken = all.find(({ error }) => error);
  const isLoading = all.some((one) => one.isLoading);
  const refused = blocked.rows.filter(isRefused).map((task) => ({ task, gap: gapOf(task) }));
  const asking = byReason(blocked.rows.filter((task) => !isRefused(task)));
  const { held, others } = byCause([...gaps.rows, ...refused]);
  const isNone = gaps.away.length === 0 && all.every(({ rows }) => rows.length === 0);
  return (
    <Section title="Needs a look">
      {broken && <ErrorState error={broken.error} retry={broken.reload} />}
      {isLoading && isNone && !broken && <Skeleton lines={3} />}
      {!isLoading && isNone && !broken && (
        <p className="text-sm text-ink-3">Nothing is blocked, and every waiting task can start.</p>
      )}
      <ul className="-my-1 divide-y divide-line">
        {asking.slice(0, SHOWN_MAX).map(([task, ...more]) => (
          <Line
            key={task.id}
            task={task}
            at={task.updated_at}
            reason={task.blocked_reason?.reason}
            more={more.length}
            isCut={allBlocked.hasMore}
          />
        ))}
        {gaps.away.slice(0, SHOWN_MAX).map((away) => (
          <AwayLine key={away.agent_id} away={away} />
        ))}
        {held.slice(0, SHOWN_MAX).map((rows) => (
          <HeldLine key={causeOf(rows[0])} rows={rows} isCut={allBlocked.hasMore} />
        ))}
        {others.slice(0, SHOWN_MAX).map(({ task, gap }) => (
          <Line key={task.id} task={task} at={gap.waiting_since} reason={gap.reason} sign={<Waiting />} />
        ))}
      </ul>
    </Section>
  );
}

type GapRow = { task: TaskRow; gap: Now["gaps"]["rows"][number]["gap"] };

const causeOf = ({ gap: { policy_id, stop_id } }: GapRow) => policy_id ?? stop_id;

/** A cap or a stop refused its start, so it waits for the same as a queued task. */
const isRefused = ({ blocked_reason: why }: TaskRow): boolean => (why?.policy_id ?? why?.stop_id) !== undefined;
const gapOf = ({ blocked_reason: why, updated_at }: TaskRow): GapRow["gap"] => ({
  code: "",
  reason: "",
  next_step: "",
  ...why,
  waiting_since: updated_at,
});

/** Tasks that are blocked for one reason are one line. */
function byReason(rows: readonly TaskRow[]): [TaskRow, ...TaskRow[]][] {
  const groups = new Map<string, [TaskRow, ...TaskRow[]]>();
  for (const task of rows) {
    const reason = task.blocked_reason?.reason || task.id;
    const known = groups.get(reason);
    if (known) known.push(task);
    else groups.set(reason, [task]);
  }
  return [...groups.values()];
}

/** The tasks that wait for room under one cap, or for the end of one stop, are one line. */
function byCause(rows: readonly GapRow[]): { held: [GapRow, ...GapRow[]][]; others: GapRow[] } {
  const groups = new Map<string, [GapRow, ...GapRow[]]>();
  for (const row of rows) {
    const cause = causeOf(row);
    if (cause === undefined) continue;
    const known = groups.get(cause);
    if (known) known.push(row);
    else groups.set(cause, [row]);
  }
  return { held: [...groups.values()], others: rows.filter((row) => causeOf(row) === undefined) };
}

/** `isCut`: there may be more tasks than were read. */
function HeldLine({ rows, isCut }: { rows: [GapRow, ...GapRow[]]; isCut: boolean }) {
  const [{ task, gap }] = rows;
  const { assigned_to_agent_id: agentId } = task;
  const count = isCut ? "Tasks wait" : counted(rows.length, "task waits", "tasks wait");
  return (
    <Row who={<Assignee task={task} />} at={gap.waiting_since} reason={gap.reason} sign={<Waiting />}>
      {gap.stop_id !== undefined ? (
        <Link to="/inbox" search={{ open: `stop:${gap.stop_id}` }} className="block truncate hover:underline">
          {count} for a stop to be lifted
        </Link>
      ) : agentId !== null ? (
        // The page of the agent has the top-up and the request for more.
        <Link to="/agents/$id" params={{ id: agentId }} className="block truncate hover:underline">
          {count} for room under a daily cap
        </Link>
      ) : (
        `${count} for room under a daily cap`
      )}
    </Row>
  );
}

interface LineProps {
  task: TaskRow;
  at: string | null;
  reason: string | undefined;
  sign?: ReactNode;
  /** The number of further tasks with this reason. */
  more?: number;
  /** There may be more of them. */
  isCut?: boolean;
}

function Line({ task, at, reason, sign = <TaskStatus of={task} isPlain />, more = 0, isCut = false }: LineProps) {
  return (
    <Row who={<Assignee task={task} />} at={at} reason={reason} sign={sign}>
      <span className="flex min-w-0 gap-2">
        <Link to="/tasks/$id" params={{ id: task.id }} className="min-w-0 hover:underline">
          <AgentLine text={task.title} className="block truncate" />
        </Link>
        {more > 0 && <span className="shrink-0 text-ink-3">and {isCut ? "others" : `${countText(more)} more`}</span>}
      </span>
    </Row>
  );
}

function AwayLine({ away: { agent_id, waiting, gap } }: { away: AwayAgent }) {
  const search = { assigned_to_agent_id: agent_id, status: "queued" } as const;
  return (
    <Row who={<AgentName id={agent_id} />} at={gap.waiting_since} reason={gap.reason} sign={<Waiting />}>
      <Link to="/tasks" search={search} className="block truncate hover:underline">
        {counted(waiting, "task")}
      </Link>
    </Row>
  );
}

type RowProps = Pick<LineProps, "at" | "reason" | "sign"> & { who: ReactNode; children: ReactNode };

function Row({ who, at, reason, sign, children }: RowProps) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 py-2 sm:grid-cols-[minmax(0,11rem)_minmax(0,1fr)_auto_5.5rem]">
      <span className="flex min-w-0 text-ink-2 max-sm:row-start-2 max-sm:text-sm">{who}</span>
      <div className="min-w-0 max-sm:row-start-1">{children}</div>
      <span className="max-sm:row-start-1">{sign}</span>
      <span className="text-right text-sm text-ink-3 max-sm:row-start-2">
        <Time at={at} />
      </span>
      {reason !== undefined && (
        <AgentLine
          text={reason}
          className="col-span-2 truncate text-sm text-ink-3 sm:col-span-3 sm:col-start-2 max-sm:row-start-3"
        />
      )}
    </li>
  );
}

function Waiting() {
  return (
    <span className="inline-flex h-5 items-center gap-1 text-xs font-medium whitespace-nowrap text-blocked">
      <Hourglass aria-hidden className="size-3.5" strokeWidth={2.25} />
      Waits
    </span>
  );
}
