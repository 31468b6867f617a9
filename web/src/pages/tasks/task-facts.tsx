/** A task in sentences, and all its fields behind a button. */
import { Link } from "@tanstack/react-router";
import { useRead } from "../../data/query.ts";
import { useTaskCosts } from "../../data/task-costs.ts";
import { countedAttempt, isFinal, type TaskDetail } from "../../data/tasks.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { TaskStatus } from "../../domain/status.tsx";
import { TaskCostWords } from "../../domain/tasks/task-cost.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Id, shortId } from "../../ui/id.tsx";
import { Money } from "../../ui/money.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { AllFacts } from "../../ui/sentence.tsx";
import { Time } from "../../ui/time.tsx";
import { ownCost } from "./delegation/tree.ts";
import { Creator } from "./task-columns.tsx";
import { Lease } from "./task-marks.tsx";
import { TaskSentences } from "./task-sentences.tsx";

export function TaskFacts({ task }: { task: TaskDetail }) {
  return (
    <>
      <TaskSentences task={task} />
      <AllFacts>
        <Fields task={task} />
      </AllFacts>
    </>
  );
}

function Fields({ task }: { task: TaskDetail }) {
  return (
    <Facts>
      <FactLine name="Assignee">
        <Assignee task={task} />
      </FactLine>
      {task.assigned_to_agent_id !== null && (task.assigned_role ?? task.assigned_tags) !== null && (
        <FactLine name="Created for">
          <Assignee task={{ ...task, assigned_to_agent_id: null }} />
        </FactLine>
      )}
      <FactLine name="Creator">
        <Creator task={task} />
      </FactLine>
      {task.escalated_from.length > 0 && (
        <FactLine name="Escalated from">
          <span className="flex flex-col">
            {task.escalated_from.map((id) => (
              <AgentName key={id} id={id} />
            ))}
          </span>
        </FactLine>
      )}
      <FactLine name="Priority">{task.priority}</FactLine>
      <FactLine name="Attempt">
        {countedAttempt(task)} of {task.max_attempts}
        {task.unseen_attempts > 0 && (
          <span className="text-sm text-ink-3"> · {task.unseen_attempts} more ended without a sign</span>
        )}
        {task.has_late_result && <span className="text-sm text-blocked"> · a late result was kept</span>}
      </FactLine>
      {task.status === "running" && (
        <FactLine name="Lease">
          <Lease task={task} />
        </FactLine>
      )}
      <Costs task={task} />
      <Times task={task} />
      <RelatedTasks task={task} />
      <FactLine name="Id">
        <Id id={task.id} label="id of the task" />
      </FactLine>
    </Facts>
  );
}

function Costs({ task }: { task: TaskDetail }) {
  const costs = useTaskCosts(task.id);
  return (
    <>
      <FactLine name="Cost">
        {costs ? <TaskCostWords costs={costs} /> : <Money usd={ownCost(task).usd} />}
        {task.estimated_cost_usd !== null && (
          <span className="text-sm text-ink-3">
            {" "}
            · <Money usd={task.estimated_cost_usd} /> estimated
          </span>
        )}
      </FactLine>
      {task.budget_usd !== null && (
        <FactLine name="Budget">
          <Money usd={task.budget_left_usd} />
          <span className="text-sm text-ink-3">
            {" "}
            left of <Money usd={task.budget_usd} />
          </span>
        </FactLine>
      )}
    </>
  );
}

function Times({ task }: { task: TaskDetail }) {
  const { due_at, created_at, started_at, finished_at, escalates_at, available_at, status } = task;
  const waits = status === "queued" && Date.parse(available_at) > Date.now();
  return (
    <>
      {due_at && (
        <FactLine name="Due">
          <Time at={due_at} />
          {!isFinal(status) && Date.parse(due_at) < Date.now() && <span className="text-failed"> · overdue</span>}
        </FactLine>
      )}
      <FactLine name="Created">
        <Time at={created_at} />
      </FactLine>
      {waits && (
        <FactLine name="Earliest start">
          <Time at={available_at} />
        </FactLine>
      )}
      <FactLine name="Started">
        <Time at={started_at} empty="not yet" />
      </FactLine>
      <FactLine name="Finished">
        <Time at={finished_at} empty="not yet" />
      </FactLine>
      {escalates_at && (
        <FactLine name="Next escalation">
          <Time at={escalates_at} />
        </FactLine>
      )}
    </>
  );
}

function RelatedTasks({ task: { depends_on, retry_of } }: { task: TaskDetail }) {
  return (
    <>
      {retry_of && (
        <FactLine name="Retry of">
          <TaskLink id={retry_of} />
        </FactLine>
      )}
      {depends_on.length > 0 && (
        <FactLine name="Depends on">
          <ul className="space-y-1">
            {depends_on.map((id) => (
              <li key={id}>
                <TaskLink id={id} />
              </li>
            ))}
          </ul>
        </FactLine>
      )}
    </>
  );
}

/** A link to another task, with its title and state. */
export function TaskLink({ id }: { id: string }) {
  const { data } = useRead(["tasks", "get", id], (client, call) => client.tasks.get({ id }, call));
  return (
    <span className="flex min-w-0 items-center gap-2">
      {data && <TaskStatus of={data} isPlain />}
      <Link to="/tasks/$id" params={{ id }} className="min-w-0 truncate hover:underline">
        {data ? <AgentLine text={data.title} className="block truncate" /> : shortId(id)}
      </Link>
    </span>
  );
}
