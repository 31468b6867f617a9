/** The demo crew: real processes that do real work. One click starts it, and the delegation graph shows it. */
import type { Demo } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Workflow } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { isFinal, type TaskRow, useTaskRows } from "../../data/tasks.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Time } from "../../ui/time.tsx";

export function Crew() {
  const denied = useDenied("keys:write");
  const demo = useRead(["demo", "state"], (client, call) => client.demo.get({}, call));
  const start = useCommand({ send: (client) => client.demo.start({}), changes: ["demo"] });
  if (!demo.data?.is_offered) return null;
  const { state, available, reason } = demo.data;
  const why = denied ?? (state === "running" || available ? undefined : (reason ?? "The demo cannot be started here."));
  return (
    <aside aria-label="Demo crew" className="h-fit space-y-3 rounded-lg border border-line bg-side p-4">
      <Workflow aria-hidden className="size-5 text-accent-ink" />
      <h2 className="font-semibold">Or watch a crew at work</h2>
      <p className="text-ink-2">
        Five agents, each in its own process, audit the packages installed here. They share the work, send questions and
        replies, and escalate decisions. One of them is killed during the run, and nothing is lost. The run takes about
        half a minute and needs neither a model nor the network.
      </p>
      {state === "running" ? (
        <Running demo={demo.data} />
      ) : (
        <Button isBusy={start.isRunning} denied={why} onClick={() => void start.run(undefined)}>
          Start the demo crew
        </Button>
      )}
      {state === "idle" && <LastRun demo={demo.data} />}
    </aside>
  );
}

function Running({ demo: { root_task_id: root } }: { demo: Demo }) {
  if (!root) {
    return (
      <p role="status" className="text-ink-2">
        The crew is starting…
      </p>
    );
  }
  return (
    <>
      <Progress root={root} />
      <GraphLink root={root} text="Watch it live" />
    </>
  );
}

/** A run has fewer tasks. */
const TASKS_MAX = 100;

/** Each agent of the crew with its tasks, while they change. */
function Progress({ root }: { root: string }) {
  const { rows } = useTaskRows({ root_task_id: root }, { pageSize: TASKS_MAX });
  const ended = (tasks: readonly TaskRow[]) => tasks.filter(({ status }) => isFinal(status)).length;
  const byAgent = Map.groupBy(rows, ({ assigned_to_agent_id: id }) => id ?? "");
  return (
    <div role="status" className="space-y-1.5">
      <p className="font-medium tabular-nums">
        {ended(rows)} of {counted(rows.length, "task")} done
      </p>
      <ul className="space-y-1 text-sm">
        {[...byAgent]
          .filter(([id]) => id !== "")
          .map(([id, tasks]) => (
            <li key={id} className="flex min-w-0 items-center gap-2">
              <span className="flex min-w-0 grow">
                <AgentName id={id} />
              </span>
              <span className="shrink-0 text-ink-2 tabular-nums">
                {ended(tasks)} of {tasks.length}
              </span>
            </li>
          ))}
      </ul>
    </div>
  );
}

function GraphLink({ root, text }: { root: string; text: string }) {
  return (
    <Link to="/tasks" search={{ view: "graph", root_task_id: root }} className={buttonClass("primary")}>
      {text}
    </Link>
  );
}

function LastRun({ demo: { last_result: result, root_task_id: root } }: { demo: Demo }) {
  if (!result) return null;
  return (
    <p className="text-sm break-words text-ink-2">
      The last run {result.outcome} <Time at={result.ended_at} />
      {result.reason ? `: ${result.reason}` : "."}{" "}
      {root && (
        <Link to="/tasks" search={{ view: "graph", root_task_id: root }} className="text-accent-ink underline">
          Show the run
        </Link>
      )}
    </p>
  );
}
