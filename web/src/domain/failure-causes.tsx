/** The causes of failed tasks; each opens into its newest tasks. */
import type { TasksSummarizeFailuresOutput } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { AgentLine } from "../ui/agent-text.tsx";
import { CauseGroup } from "../ui/cause-group.tsx";
import { counted } from "../ui/count.tsx";
import { Time } from "../ui/time.tsx";
import { AgentName } from "./agents/agent-name.tsx";
import { failureText } from "./failures.ts";

type Cause = TasksSummarizeFailuresOutput["items"][number];

export function FailureCauses({ causes, sparkAbout }: { causes: readonly Cause[]; sparkAbout: string }) {
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
              <>
                newest <Time at={cause.newest_at} />
              </>
            }
          >
            <FailedTasks cause={cause} />
          </CauseGroup>
        </li>
      ))}
    </ul>
  );
}

function FailedTasks({ cause: { tasks, count } }: { cause: Cause }) {
  return (
    <>
      <ul>
        {tasks.map(({ task_id, title, agent_id, at }) => (
          <li key={task_id} className="flex min-h-8 min-w-0 items-center gap-3 text-sm">
            <Link
              to="/tasks/$id"
              params={{ id: task_id }}
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
