/** Pure rules for a new task: checks its place in the tree and builds its row. */
import { nanosFromUsd, usdFromNanos } from "../kernel/money.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { Fields, type InputOf } from "../kernel/schema.ts";
import { isFailed, isFinal, type Stepper } from "./rules.ts";
import { CreateInput, type TaskRow } from "./schema.ts";

const Create = Fields(CreateInput);
export type NewTask = InputOf<typeof Create>;

/** The agent of a new task, or its pool with the role or the tags. */
export type Target = Pick<TaskRow, "assigned_to_agent_id" | "pool_id" | "assigned_role" | "assigned_tags">;

/** Throws unless exactly one field says who may do the task. */
export function requireOneTarget({ assigned_to_agent_id, assigned_role, assigned_tags }: NewTask): void {
  const given = [assigned_to_agent_id, assigned_role, assigned_tags].filter((field) => field !== undefined);
  if (given.length === 1 && assigned_tags?.length !== 0) return;
  const message = "exactly one of assigned_to_agent_id, assigned_role and assigned_tags (not empty) is required.";
  throw invalid("/assigned_to_agent_id", message);
}

export interface Limits {
  taskDepthMax: number;
  taskFanOutMax: number;
  openTasksPerRootMax: number;
  openTasksMax: number;
}

export interface Surroundings {
  parent: TaskRow | undefined;
  /** The task above whose budget pays, if any. */
  payer: TaskRow | undefined;
  dependencies: readonly TaskRow[];
}

export function requireRoomBelow(parent: TaskRow, by: Stepper, limits: Limits): void {
  if (by.kind === "agent" && parent.assigned_to_agent_id !== by.id && parent.created_by_agent_id !== by.id) {
    throw new Problem(
      "not_assignee",
      `Task ${parent.id} is assigned to another agent, so you cannot delegate from it.`,
    );
  }
  if (isFinal(parent.status)) {
    throw parentFinished(parent.status);
  }
  if (parent.depth >= limits.taskDepthMax) {
    throw new Problem("depth_limit", `Tasks can be delegated at most ${limits.taskDepthMax} levels deep.`);
  }
  if (parent.child_count >= limits.taskFanOutMax) {
    throw new Problem("fan_out_limit", `The parent has ${parent.child_count} children, which is the maximum.`);
  }
}

export function parentFinished(state: string): Problem {
  return new Problem("parent_finished", `The parent task is ${state} and cannot get more children.`);
}

/** Returns the nano-dollars that a child's budget takes from the payer above. Throws when the payer has less left. */
export function carvedBudget(budget: bigint | null, payer: TaskRow | undefined): bigint {
  if (budget === null || !payer) return 0n;
  const left = payer.budget_left_nanos ?? 0n;
  if (budget <= left) return budget;
  throw new Problem(
    "budget_exceeded",
    `The budget of task ${payer.id} has ${usdFromNanos(left)} USD left, less than ${usdFromNanos(budget)}.`,
    { budget_left_usd: usdFromNanos(left), next_step: "Request a smaller budget." },
  );
}

export function planTask(
  id: string,
  input: NewTask,
  target: Target,
  by: Stepper,
  { parent, payer, dependencies }: Surroundings,
): Partial<TaskRow> & { id: string } {
  const title = input.title.trim();
  if (title === "") throw invalid("/title", "must not be blank.");
  const budget = nanos(input.budget_usd);
  return {
    id,
    title,
    input: input.input ?? null,
    priority: input.priority ?? 0,
    created_by_agent_id: by.kind === "agent" ? by.id : null,
    created_by_user_id: by.kind === "user" ? by.id : null,
    parent_task_id: parent?.id ?? null,
    root_task_id: parent?.root_task_id ?? id,
    depth: parent ? parent.depth + 1 : 0,
    retry_of: null,
    max_attempts: input.max_attempts,
    due_at: input.due_at ?? null,
    budget_nanos: budget,
    budget_left_nanos: budget,
    budget_task_id: budget === null ? (payer?.id ?? null) : id,
    estimated_cost_nanos: nanos(input.estimated_cost_usd),
    ...target,
    ...waitingFor(dependencies),
  };
}

/** Returns the columns of a task that follow from the tasks that it waits for. */
export function waitingFor(dependencies: readonly Pick<TaskRow, "id" | "status">[]) {
  return {
    depends_on: dependencies.map(({ id }) => id),
    open_dependencies: dependencies.filter(({ status }) => status !== "completed").length,
    failed_dependency_count: dependencies.filter(isFailed).length,
  };
}

function nanos(usd: number | null | undefined): bigint | null {
  return usd === null || usd === undefined ? null : nanosFromUsd(usd);
}
