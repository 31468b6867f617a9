/** Notes the progress of tasks, and finds progress between agents, which allows them more messages. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { newestOfAgent } from "../../kernel/facts/list.ts";

/** The facts and created tasks of an agent that are examined. With more other facts, no progress is assumed. */
const FACTS_MAX = 2_000;
const TASKS_MAX = 200;

/** An agent's own tasks do not count. A start counts once per task, so repeated block and start do not help. */
const STEP = `
select exists (
  select from unnest($2::uuid[]) as a(id)
    cross join lateral ${newestOfAgent("a.id", FACTS_MAX)} f
    join tasks k on k.workspace_id = $1 and k.id = f.subject_id
  where f.created_at >= $3 and k.created_by_agent_id is distinct from f.agent_id
    and (f.type in ('task.completed', 'task.late_accepted', 'task.failed') or f.type = 'task.started' and f.data->>'attempt' = '1')
) or exists (
  select from unnest($2::uuid[]) as a(id)
    cross join lateral (select assigned_to_agent_id, started_at, finished_at, status from tasks
      where workspace_id = $1 and created_by_agent_id = a.id order by id desc limit ${TASKS_MAX}) k
  where k.assigned_to_agent_id is distinct from a.id
    and (k.started_at >= $3 or k.finished_at >= $3 and k.status in ('completed', 'failed'))
) as is_found`;

/** Returns true when one of these agents began, completed or failed a task of another creator, or created such a task. */
export async function tookStep(tx: ReadTx, agentIds: readonly string[], since: string): Promise<boolean> {
  const values = [tx.workspace, [...agentIds], since];
  const [row] = await tx.statement<{ is_found: boolean }>("tasks.took-step", STEP, values);
  return row?.is_found ?? false;
}

const NOTE = "update tasks set progressed_at = bailiwick_now() where workspace_id = $1 and id = $2";

/** The holder reported progress. The task is locked. */
export async function noteProgress(tx: Tx, id: string): Promise<void> {
  await tx.statement("tasks.note-progress", NOTE, [tx.workspace, id]);
}

/** The running attempt of a task, with its last progress. */
export interface RunningAttempt {
  task_id: string;
  agent_id: string;
  fence: number;
  progressed_at: string | null;
}

const RUNNING = `select id as task_id, assigned_to_agent_id as agent_id, fence, progressed_at from tasks
where workspace_id = $1 and id = any($2::uuid[]) and status = 'running'`;

/** Returns the attempts of those of the tasks that run. */
export async function runningAttempts(tx: ReadTx, ids: readonly string[]): Promise<RunningAttempt[]> {
  if (ids.length === 0) return [];
  return tx.statement<RunningAttempt>("tasks.running-attempts", RUNNING, [tx.workspace, [...ids]]);
}
