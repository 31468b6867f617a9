/** The telemetry of a task: what it cost, its runs, its failures in words, and its last events. */
import type { ObsEvent, Run } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useList } from "../../data/list.ts";
import { useTaskCosts } from "../../data/task-costs.ts";
import { EVENT_COLUMNS, EventLines, nameOfEvent } from "../../domain/usage/event-columns.tsx";
import { refOf } from "../../domain/usage/event-words.ts";
import { useEvents } from "../../domain/usage/events.ts";
import { FaultList, faultsOf } from "../../domain/usage/fault-list.tsx";
import { RUN_COLUMNS, RunLines } from "../../domain/usage/run-columns.tsx";
import { AtList, Spend, unpricedText } from "../../domain/usage/spend.tsx";
import { Count } from "../../ui/count.tsx";
import { Figure, Figures } from "../../ui/figures.tsx";
import { shortId } from "../../ui/id.tsx";
import { ShortTable } from "../../ui/short-table.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";

const ROWS = 10;
/** Failures are grouped, so more of them are read than shown. */
const FAILED_EVENTS = 50;

interface TelemetryProps {
  taskId: string;
  /** In the panel. */
  isNarrow: boolean;
}

export function Telemetry({ taskId, isNarrow }: TelemetryProps) {
  const runs = useList<Run>({
    key: ["obs", "runs", { task_id: taskId, of: "task" }],
    page: (client, at, call) => client.obs.listRuns({ task_id: taskId, ...at }, call),
    idOf: ({ run_id }) => run_id,
    pageSize: ROWS,
  });
  const events = useEvents({ task_id: taskId }, ROWS);
  const failed = useEvents({ task_id: taskId, status: "error" }, FAILED_EVENTS);
  const faults = faultsOf(failed.rows);
  const error = runs.error ?? events.error;
  const retry = () => {
    runs.reload();
    events.reload();
  };
  if (error) return <ErrorState error={error} retry={retry} />;
  if (runs.isLoading || events.isLoading) return <Skeleton lines={4} />;
  if (runs.rows.length === 0 && events.rows.length === 0) return <p className="text-ink-3">No telemetry.</p>;
  return (
    <div className="space-y-4">
      <Costs taskId={taskId} />
      <FaultList faults={faults} />
      <Part title="Runs" about={runs.rows.length > 0 && <AllRuns taskId={taskId} />}>
        <ShortTable<Run>
          label="Runs of this task"
          list={runs}
          columns={RUN_COLUMNS.ofTask}
          idOf={({ run_id }) => run_id}
          linkOf={({ run_id }) => ({ href: `/runs/${run_id}`, label: `Run ${shortId(run_id)}` })}
          lines={(run) => <RunLines run={run} of="task" />}
          isNarrow={isNarrow}
          empty="Its agents sent no run, only events."
        />
      </Part>
      <Part title="Events" about={<AllEvents taskId={taskId} hasFailed={faults.length > 0} />}>
        <ShortTable<ObsEvent>
          label="Events of this task"
          list={events}
          columns={EVENT_COLUMNS.ofTask}
          idOf={refOf}
          linkOf={(event) => ({ href: `/live/${refOf(event)}`, label: nameOfEvent(event) })}
          lines={(event) => <EventLines event={event} of="task" />}
          isNarrow={isNarrow}
          empty="No events."
        />
      </Part>
    </div>
  );
}

function Part({ title, about, children }: { title: string; about: ReactNode; children: ReactNode }) {
  return (
    <section>
      <div className="mb-1 flex items-center gap-3 text-sm">
        <h3 className="font-medium text-ink-2">{title}</h3>
        <span className="ml-auto flex gap-3">{about}</span>
      </div>
      {children}
    </section>
  );
}

const MORE = "font-medium text-accent-ink hover:underline";

function AllRuns({ taskId }: { taskId: string }) {
  return (
    <Link to="/runs" search={{ task_id: taskId }} className={MORE}>
      All runs
    </Link>
  );
}

function AllEvents({ taskId, hasFailed }: { taskId: string; hasFailed: boolean }) {
  return (
    <>
      {hasFailed && (
        <Link to="/live" search={{ task_id: taskId, status: "error" }} className={MORE}>
          All failures
        </Link>
      )}
      <Link to="/live" search={{ task_id: taskId }} className={MORE}>
        All events
      </Link>
    </>
  );
}

/** Its own cost and that with its subtasks stand apart, also when they are the same. */
function Costs({ taskId }: { taskId: string }) {
  const costs = useTaskCosts(taskId);
  if (!costs) return null;
  const { own, inclusive } = costs;
  return (
    <div>
      <Figures>
        <Figure name="Own cost">
          <Spend of={own} />
        </Figure>
        <Figure name="Cost with subtasks">
          <Spend of={inclusive} />
        </Figure>
        <Figure name="Own calls">
          <Count value={own.calls} />
        </Figure>
        <Figure name="Calls with subtasks">
          <Count value={inclusive.calls} />
        </Figure>
      </Figures>
      <p className="mt-1 flex flex-wrap gap-x-3 text-sm">
        <AtList of={inclusive} />
        {inclusive.unpriced_calls > 0 && (
          <Link to="/prices" className="text-blocked hover:underline">
            {unpricedText(inclusive.unpriced_calls)}
          </Link>
        )}
      </p>
    </div>
  );
}
