/** The causes of failed tasks; each opens into its newest tasks. */
import type { Client, TaskItem, TasksSummarizeFailuresOutput } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
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

interface CausesProps {
  causes: readonly Cause[];
  /** The start of the time of the causes. */
  from: string;
  sparkAbout: string;
  /** There is room for the agents. */
  hasAgents?: boolean;
}

export function FailureCauses({ causes, from, sparkAbout, hasAgents = false }: CausesProps) {
  return (
    <ul className="divide-y divide-line">
      {causes.map((cause) => (
        <li key={cause.reason}>
          <CauseGroup
            reason={failureText(cause.reason)}
            count={cause.count}
            spark={cause.by_time}
            sparkAbout={sparkAbout}
            about={
              <span className="flex items-center gap-4">
                {hasAgents && <Agents tasks={cause.tasks} />}
                <span className="min-w-24 text-right whitespace-nowrap">
                  newest <Time at={cause.newest_at} />
                </span>
              </span>
            }
            verbs={<RetryCause cause={cause} from={from} />}
          >
            <FailedTasks cause={cause} />
          </CauseGroup>
        </li>
      ))}
    </ul>
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

/** Only the newest tasks of a cause are known, and those that were retried stay failed. */
function RetryCause({ cause: { tasks, count }, from }: { cause: Cause; from: string }) {
  const denied = useDenied("tasks:write");
  const { client } = useSession();
  const { retry } = useManySteps();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const open = await withoutRetried(client, tasks, from);
      if (open.length > 0) await retry(open);
      else notify({ title: "Each of these tasks was retried already" });
    } catch (error) {
      notifyError(error);
    }
    setBusy(false);
  };
  const label =
    count === 1 ? "Retry" : count > tasks.length ? `Retry the newest ${tasks.length}` : `Retry all ${count}`;
  return (
    <Button size="small" denied={denied} isBusy={isBusy} onClick={() => void run()}>
      {label}
    </Button>
  );
}

async function withoutRetried(client: Client, tasks: Cause["tasks"], from: string) {
  const wanted = new Set(tasks.map(({ task_id }) => task_id));
  const filter = { status: "failed", finished_after: from, limit: PAGE_MAX } as const;
  const found: TaskItem[] = [];
  for (let cursor: string | undefined, page = 0; page < PAGES_MAX; page++) {
    const { items, next_cursor } = await client.tasks.list({ ...filter, ...(cursor && { cursor }) });
    found.push(...items.filter(({ id }) => wanted.has(id)));
    if (next_cursor === null || found.length === wanted.size) break;
    cursor = next_cursor;
  }
  return found.filter(({ retried_by_task_id }) => retried_by_task_id === undefined);
}

const PAGE_MAX = 200;
/** A cause has few tasks, and they are among the newest failures. */
const PAGES_MAX = 10;

function FailedTasks({ cause: { tasks, count } }: { cause: Cause }) {
  return (
    <>
      <ul>
        {tasks.map(({ task_id, title, agent_id, at }) => (
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
              <Time at={at} />
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
