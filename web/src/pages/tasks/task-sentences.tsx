/** The creator, the agent, the progress and the spending of a task in a few sentences. */

import { TriangleAlert } from "lucide-react";
import { useTaskCosts } from "../../data/task-costs.ts";
import { countedAttempt, isFinal, type TaskDetail } from "../../data/tasks.ts";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { TaskCostWords } from "../../domain/tasks/task-cost.tsx";
import { Money } from "../../ui/money.tsx";
import { Sentence } from "../../ui/sentence.tsx";
import { duration, Time, useNow } from "../../ui/time.tsx";
import { ownCost } from "./delegation/tree.ts";
import { Creator } from "./task-columns.tsx";
import { Lease } from "./task-marks.tsx";

export function TaskSentences({ task }: { task: TaskDetail }) {
  return (
    <div className="space-y-1">
      <Sentence>
        Given by <Creator task={task} isInside /> to <Assignee task={task} /> <Time at={task.created_at} />,{" "}
        {tryText(task)}.
      </Sentence>
      {task.status === "running" && <Running task={task} />}
      {task.status === "queued" && <Queued task={task} />}
      {isFinal(task.status) && <Ended task={task} />}
      <Spending task={task} />
      {task.due_at && (
        <Sentence>
          Due <Time at={task.due_at} />.
        </Sentence>
      )}
    </div>
  );
}

const ORDINALS = ["first", "second", "third"];
const NUMBERS = ["one", "two", "three"];

/** `first try of three`. */
function tryText(task: TaskDetail): string {
  const [attempt, most] = [countedAttempt(task), task.max_attempts];
  return `${ORDINALS[attempt - 1] ?? `${attempt}th`} try of ${NUMBERS[most - 1] ?? most}`;
}

/** A sign so soon after the start says nothing more than the start. */
const JUST_STARTED_MS = 60_000;

function Running({ task }: { task: TaskDetail }) {
  const now = new Date(useNow()).toISOString();
  const { started_at, updated_at, lease_expires_at, held_by } = task;
  const isOnlyStarted =
    started_at !== null &&
    lease_expires_at !== null &&
    held_by === undefined &&
    Date.parse(updated_at) - Date.parse(started_at) < JUST_STARTED_MS;
  return (
    <Sentence>
      {started_at && `Running for ${duration(started_at, now)}. `}
      {!isOnlyStarted && (
        <>
          <Lease task={task} />.
        </>
      )}
    </Sentence>
  );
}

function Queued({ task: { available_at, escalates_at } }: { task: TaskDetail }) {
  const isLater = Date.parse(available_at) > useNow();
  if (!isLater && !escalates_at) return null;
  return (
    <Sentence>
      {isLater && (
        <>
          It may start <Time at={available_at} />.{" "}
        </>
      )}
      {escalates_at && (
        <>
          It goes one level up <Time at={escalates_at} />.
        </>
      )}
    </Sentence>
  );
}

function Ended({ task: { status, started_at, finished_at } }: { task: TaskDetail }) {
  return (
    <Sentence>
      <span className="capitalize">{status}</span> <Time at={finished_at} />
      {started_at && finished_at && `, ${duration(started_at, finished_at)} after its start`}.
    </Sentence>
  );
}

function Spending({ task }: { task: TaskDetail }) {
  const costs = useTaskCosts(task.id);
  const cost = ownCost(task).usd || undefined;
  return (
    <>
      {(cost !== undefined || costs) && (
        <Sentence>Cost {costs ? <TaskCostWords costs={costs} /> : <Money usd={cost} />}.</Sentence>
      )}
      {task.budget_usd !== null && <Budget task={task} spent={costs?.inclusive.cost_usd ?? cost ?? 0} />}
    </>
  );
}

/** The budget counts estimates and the budgets of tasks below, never the reported cost. */
function Budget({ task: { budget_usd, budget_left_usd }, spent }: { task: TaskDetail; spent: number }) {
  const [budget, left] = [budget_usd ?? 0, budget_left_usd ?? 0];
  return (
    <Sentence>
      Budget <Money usd={budget} />, of it <Money usd={left} /> free for starts. It counts the estimates of tasks, not
      their reported cost
      {spent > budget ? (
        <>
          ,{" "}
          <span className="whitespace-nowrap text-blocked">
            <TriangleAlert aria-hidden className="mr-1 inline size-3.5 align-[-2px]" />
            which is <Money usd={spent - budget} /> above it
          </span>
          .
        </>
      ) : (
        "."
      )}
    </Sentence>
  );
}
