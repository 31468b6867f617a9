/** The causes of failed tasks; each opens into its newest tasks. */
import type { Client, TasksSummarizeFailuresOutput } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { notifyError } from "../data/command.ts";
import { notify } from "../data/notices.ts";
import { useDenied, useSession } from "../data/session.tsx";
import { AgentLine } from "../ui/agent-text.tsx";
import { Button } from "../ui/button.tsx";
import { CauseGroup } from "../ui/cause-group.tsx";
import { counted } from "../ui/count.tsx";
import { Time } from "../ui/time.tsx";
import { AgentName } from "./agents/agent-name.tsx";
import { failureText } from "./failures.ts";
import { useManySteps } from "./tasks/many-steps.ts";

type Cause = TasksSummarizeFailuresOutput["items"][number];
type FailedTask = Cause["tasks"][number];

interface CausesProps {
  causes: readonly Cause[];
  /** The start of the time of the causes. */
  from: string;
  sparkAbout: string;
  /** There is room for the agents. */
  hasAgents?: boolean;
}

export function FailureCauses({ causes, ...props }: CausesProps) {
  // The cause of retried tasks leaves the list before its failures are read again.
  const [retrying, setRetrying] = useState<readonly string[]>([]);
  const isLeft = ({ task_id, retried_by_task_id }: FailedTask) =>
    retried_by_task_id === undefined && !retrying.includes(task_id);
  const mark: Mark = (ids, isRetried) =>
    setRetrying((now) => [...now.filter((id) => !ids.includes(id)), ...(isRetried ? ids : [])]);
  const isOpen = ({ tasks, count }: Cause) => count > tasks.length || tasks.some(isLeft);
  const retried = causes.filter((cause) => !isOpen(cause));
  return (
    <>
      <ul className="divide-y divide-line">
        {causes.filter(isOpen).map((cause) => (
          <CauseLine key={cause.reason} cause={cause} left={cause.tasks.filter(isLeft)} mark={mark} {...props} />
        ))}
      </ul>
      {retried.length > 0 && (
        <details className="group/retried border-t border-line">
          <summary className="flex min-h-9 cursor-default items-center gap-2 text-sm text-ink-3 hover:text-ink">
            <ChevronRight aria-hidden className="size-4 transition-transform group-open/retried:rotate-90" />
            {counted(retried.length, "reason")} with all tasks retried
          </summary>
          <ul className="divide-y divide-line">
            {retried.map((cause) => (
              <CauseLine key={cause.reason} cause={cause} left={[]} mark={mark} {...props} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Notes that tasks are being retried, or that they are not. */
type Mark = (ids: readonly string[], isRetried: boolean) => void;

interface LineProps extends Omit<CausesProps, "causes"> {
  cause: Cause;
  /** The tasks that nobody retried. */
  left: readonly FailedTask[];
  mark: Mark;
}

function CauseLine({ cause, left, mark, from, sparkAbout, hasAgents = false }: LineProps) {
  return (
    <li>
      <CauseGroup
        reason={failureText(cause.reason)}
        count={cause.count}
        spark={cause.by_time}
        sparkAbout={sparkAbout}
        tone={left.length > 0 ? "failed" : "quiet"}
        about={
          <span className="flex items-center gap-4">
            {hasAgents && <Agents tasks={cause.tasks} />}
            <span className="min-w-24 text-right whitespace-nowrap">
              newest <Time at={cause.newest_at} />
            </span>
          </span>
        }
        verbs={left.length > 0 && <RetryCause tasks={left} cause={cause} from={from} mark={mark} />}
      >
        <FailedTasks cause={cause} />
      </CauseGroup>
    </li>
  );
}

/** The agents of the newest failures. */
function Agents({ tasks }: Pick<Cause, "tasks">) {
  const [first, ...others] = new Set(tasks.flatMap(({ agent_id }) => agent_id ?? []));
  if (first === undefined) return null;
  return (
    <span className="flex max-w-56 min-w-0 items-center gap-1.5 text-ink-2 max-xl:hidden">
      <AgentName id={first} />
      {others.length > 0 && <span className="shrink-0 text-ink-3">+{others.length}</span>}
    </span>
  );
}

interface RetryProps {
  /** Those that nobody retried. */
  tasks: readonly FailedTask[];
  cause: Cause;
  from: string;
  mark: Mark;
}

/** Only the newest tasks of a cause are known. */
function RetryCause({ tasks, cause: { count, tasks: newest }, from, mark }: RetryProps) {
  const denied = useDenied("tasks:write");
  const { client } = useSession();
  const { retry } = useManySteps();
  const ids = tasks.map(({ task_id }) => task_id);
  const run = async () => {
    mark(ids, true);
    const back = () => mark(ids, false);
    try {
      const open = await withoutRetried(client, ids, from);
      if (open.length === 0) notify({ title: "Each of these tasks was retried already" });
      else if ((await retry(open, back)).failed.length > 0) back();
    } catch (error) {
      back();
      notifyError(error);
    }
  };
  const all = ids.length === 1 ? "Retry" : `Retry all ${ids.length}`;
  return (
    <Button size="small" denied={denied} onClick={() => void run()}>
      {count > newest.length ? `Retry the newest ${ids.length}` : all}
    </Button>
  );
}

/** Somebody else may have retried some of them in the meantime. */
async function withoutRetried(client: Client, ids: readonly string[], from: string) {
  const { items } = await client.tasks.summarizeFailures({ from });
  const open = items.flatMap(({ tasks }) => tasks).filter(({ retried_by_task_id }) => retried_by_task_id === undefined);
  return open.filter(({ task_id }) => ids.includes(task_id)).map(({ task_id: id }) => ({ id }));
}

function FailedTasks({ cause: { tasks, count } }: { cause: Cause }) {
  return (
    <>
      <ul>
        {tasks.map(({ task_id, title, agent_id, at, retried_by_task_id: retry }) => (
          <li key={task_id} className="flex min-h-8 min-w-0 items-center gap-3 text-sm">
            <Link
              to="/tasks/$id"
              params={{ id: task_id }}
              data-stop
              className="flex min-w-0 grow text-base text-ink hover:underline"
            >
              <AgentLine text={title} className="truncate" />
            </Link>
            <span className="flex max-w-44 min-w-0 text-ink-2 max-sm:hidden">
              {agent_id && <AgentName id={agent_id} />}
            </span>
            <span className="w-16 shrink-0 text-right text-ink-3">
              {retry ? (
                <Link to="/tasks/$id" params={{ id: retry }} className="hover:underline">
                  retried
                </Link>
              ) : (
                <Time at={at} />
              )}
            </span>
          </li>
        ))}
      </ul>
      {count > tasks.length && (
        <p className="text-sm text-ink-3">And {counted(count - tasks.length, "earlier task")}.</p>
      )}
    </>
  );
}
