/** The amounts that running calls of models hold. They expire, because the process of a call may die. */
import type { Tx } from "../../kernel/db/tx.ts";

export interface CallAmount {
  id: string;
  agent_id: string;
  task_id: string | null;
  /** The task whose budget pays. */
  payer_id: string | null;
  estimate: bigint;
}

const OPEN = `select
  (select coalesce(sum(estimate_nanos - nanos), 0) from spend_amounts
    where workspace_id = $1 and agent_id = $2 and task_id = $3 and estimate_nanos is not null) as covered,
  (select coalesce(sum(estimate_nanos), 0) from spend_amounts where workspace_id = $1 and payer_id = $4) as promised`;

/**
 * Returns what the running calls of a task take from its reservation, and what those under a budget need together. The
 * caller has locked the caps, or the task with the budget.
 */
export async function openCalls(
  tx: Tx,
  { agent_id, task_id, payer_id }: Omit<CallAmount, "id" | "estimate">,
): Promise<{ covered: bigint; promised: bigint }> {
  const values = [tx.workspace, agent_id, task_id, payer_id];
  const [row] = await tx.statement<{ covered: string; promised: string }>("caps.open-calls", OPEN, values);
  return { covered: BigInt(row?.covered ?? 0), promised: BigInt(row?.promised ?? 0) };
}

const UNTIL = (seconds: string) => `bailiwick_now() + make_interval(secs => ${seconds})`;

const HOLD = `
with held as (
  insert into spend_amounts (workspace_id, id, agent_id, nanos, task_id, payer_id, estimate_nanos, expires_at)
  values ($1, $2, $3, $4::numeric, $5, $6, $7::numeric, ${UNTIL("$8")})
)
update spend_caps set reserved_nanos = reserved_nanos + $4::numeric
where workspace_id = $1 and (agent_id is null or agent_id = $3) and $4::numeric > 0`;

/** Holds `nanos` of the estimate in every cap above the agent. The caller has locked the caps. */
export async function holdCall(tx: Tx, call: CallAmount, nanos: bigint, seconds: number): Promise<void> {
  const { id, agent_id, task_id, payer_id, estimate } = call;
  const values = [tx.workspace, id, agent_id, String(nanos), task_id, payer_id, String(estimate), seconds];
  await tx.statement("caps.hold-call", HOLD, values);
}

const FREE = `
with gone as (
  delete from spend_amounts where workspace_id = $1 and id = any($2::uuid[]) and estimate_nanos is not null
  returning agent_id, nanos
), freed as (
  select c.id, sum(g.nanos) as nanos from spend_caps c join gone g on c.agent_id is null or c.agent_id = g.agent_id
  where c.workspace_id = $1 group by c.id
)
update spend_caps c set reserved_nanos = c.reserved_nanos - f.nanos from freed f where c.workspace_id = $1 and c.id = f.id`;

/** Gives back what these calls hold. A call whose time was over holds nothing any more. The caller has locked the caps. */
export async function freeHeld(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.statement("caps.free-calls", FREE, [tx.workspace, [...ids]]);
}

const EXTEND = `update spend_amounts a set expires_at = ${UNTIL("$3")} from (
  select id from spend_amounts where workspace_id = $1 and id = any($2::uuid[]) and expires_at is not null
  for no key update skip locked) n
where a.workspace_id = $1 and a.id = n.id`;

/** Moves the end of these calls on. It waits for no lock: a call that ends just now needs no later end. */
export async function extendHeld(tx: Tx, ids: readonly string[], seconds: number): Promise<void> {
  await tx.statement("caps.extend-calls", EXTEND, [tx.workspace, [...ids], seconds]);
}
