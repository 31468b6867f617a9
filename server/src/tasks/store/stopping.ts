/** The tasks that a stop concerns. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { RunningAttempt, Target } from "../../stops/index.ts";

/** The tasks of an agent, of a tree with its first task, or of the workspace, each through its own index. */
const inside = ({ agent_id, root_task_id }: Target) => {
  if (agent_id !== null) return { name: "agent", condition: "t.assigned_to_agent_id = $2", id: agent_id };
  if (root_task_id === null) return { name: "all", condition: "$2::uuid is null", id: null };
  return {
    name: "tree",
    condition: "(t.id = $2 or t.root_task_id = $2 and t.parent_task_id is not null)",
    id: root_task_id,
  };
};

/** Counts the queued tasks of the target. */
export async function countWaiting(tx: ReadTx, target: Target): Promise<number> {
  const { name, condition, id } = inside(target);
  const text = `select count(*)::int as waiting from tasks t where t.workspace_id = $1 and t.status = 'queued' and ${condition}`;
  const [row] = await tx.statement<{ waiting: number }>(`tasks.waiting-${name}`, text, [tx.workspace, id]);
  return row?.waiting ?? 0;
}

const ATTEMPT = "t.id as task_id, t.assigned_to_agent_id as agent_id, t.fence";
const running = (condition: string) => `t.workspace_id = $1 and t.status = 'running' and ${condition}`;

/** Returns the running attempts of the target. */
export async function listRunningIn(tx: ReadTx, target: Target): Promise<RunningAttempt[]> {
  const { name, condition, id } = inside(target);
  const text = `select ${ATTEMPT} from tasks t where ${running(condition)} order by t.id`;
  return tx.statement<RunningAttempt>(`tasks.running-${name}`, text, [tx.workspace, id]);
}

/** A holder that sends no heartbeats does not learn of the stop; its lease ends after this time. */
const LEASE_SECONDS_MAX = 120;

/** Marks the running attempts of the target, so that no heartbeat extends their leases. Returns the attempts. */
export async function requestStop(tx: Tx, target: Target): Promise<RunningAttempt[]> {
  const { name, condition, id } = inside(target);
  const text = `
    with locked as materialized (
      select t.id from tasks t where ${running(condition)} order by t.depth, t.id for no key update
    ), marked as (
      update tasks t set stop_fence = t.fence,
        lease_expires_at = least(t.lease_expires_at, bailiwick_now() + interval '${LEASE_SECONDS_MAX} seconds') from locked l where t.workspace_id = $1 and t.id = l.id returning ${ATTEMPT}
    )
    select task_id, agent_id, fence from marked order by task_id`;
  return tx.statement<RunningAttempt>(`tasks.ask-${name}`, text, [tx.workspace, id]);
}

const LET_GO_ON = `update tasks t set stop_fence = null from unnest($2::uuid[], $3::int[]) as a(id, fence)
where t.workspace_id = $1 and t.id = a.id and t.stop_fence = a.fence`;

/** Lets attempts go on that had to end because of a stop. */
export async function letGoOn(tx: Tx, attempts: readonly Pick<RunningAttempt, "task_id" | "fence">[]): Promise<void> {
  const ids = attempts.map(({ task_id }) => task_id);
  const fences = attempts.map(({ fence }) => fence);
  if (ids.length > 0) await tx.statement("tasks.let-go-on", LET_GO_ON, [tx.workspace, ids, fences]);
}
