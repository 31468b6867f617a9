/** Reads in one statement all that one call depends on, and keeps the habits of agents. */

import type { Tx } from "../kernel/db/tx.ts";
import type { BillingMode } from "../kernel/schema.ts";
import { treeStopOf } from "../stops/index.ts";
import { RECENT_MAX } from "./estimate-rules.ts";
import type { Provider } from "./schema.ts";

export interface Place {
  connection: { id: string; base_url: string | null; sealed_secret: string | null } | null;
  /** The workspace has a connection of the provider, which the agent may not use. */
  is_for_others: boolean;
  billing_mode: BillingMode | null;
  refusal: string | null;
  stop_id: string | null;
  parked_until: string | null;
  allowed_model: string | null;
  throttle_per_minute: number | null;
  task_id: string | null;
  payer_id: string | null;
  tree_stop_id: string | null;
  recent_tokens: number[] | null;
  is_capped: boolean;
}

/**
 * The connection is the newest one that the agent may use. The task is the running one that the caller names, else the only
 * running task of the agent.
 */
const PLACE = `
select
  (select jsonb_build_object('id', id, 'base_url', config->>'base_url', 'sealed_secret', sealed_secret) from connections
    where workspace_id = $1 and service_type = $3 and status <> 'disconnected' and (agent_ids is null or $2 = any(agent_ids))
    order by id desc limit 1) as connection,
  exists (select from connections where workspace_id = $1 and service_type = $3 and status <> 'disconnected') as is_for_others,
  coalesce((select billing_mode from api_keys where workspace_id = $1 and id = $6), a.billing_mode) as billing_mode,
  gate_refusal(g, bailiwick_now(), 0) as refusal, g.stop_id, g.parked_until,
  gate_model(g, bailiwick_now()) as allowed_model, g.throttle_per_minute,
  t.id as task_id, t.budget_task_id as payer_id,
  case when t.id is not null then ${treeStopOf("t.root_task_id")} end as tree_stop_id,
  (select recent_tokens from gateway_habits where workspace_id = $1 and agent_id = $2 and model = $5) as recent_tokens,
  exists (select from spend_caps where workspace_id = $1 and (agent_id is null or agent_id = $2)) as is_capped
from agents a join gates g on g.workspace_id = $1 and g.agent_id = a.id
  left join lateral (select min(id::text)::uuid as id, count(*) as running from
    (select id from tasks where workspace_id = $1 and assigned_to_agent_id = $2 and status = 'running' and ($4::uuid is null or id = $4)
      limit 2) r) n on n.running = 1
  left join tasks t on t.workspace_id = $1 and t.id = n.id
where a.workspace_id = $1 and a.id = $2`;

export interface Wanted {
  provider: Provider;
  task_id: string | null;
  model: string;
}

/** Returns undefined for an agent that does not exist. */
export async function findPlace(
  tx: Tx,
  { id, key_id }: { id: string; key_id: string | null },
  { provider, task_id, model }: Wanted,
): Promise<Place | undefined> {
  const [row] = await tx.statement<Place>("gateway.place", PLACE, [tx.workspace, id, provider, task_id, model, key_id]);
  return row;
}

const TAKE_TURN = `update gates g set throttle_tokens = gate_tokens(g, bailiwick_now()) - 1, throttle_at = bailiwick_now()
where g.workspace_id = $1 and g.agent_id = $2 and gate_tokens(g, bailiwick_now()) >= 1 returning g.agent_id`;

/** Takes one start of a throttled agent. Returns false when none is left. */
export async function takeTurn(tx: Tx, agentId: string): Promise<boolean> {
  return (await tx.statement("gateway.take-turn", TAKE_TURN, [tx.workspace, agentId])).length > 0;
}

const LOCK_PAYER = "select budget_nanos from tasks where workspace_id = $1 and id = $2 for no key update";
const SPENT = `select coalesce(sum(cost_nanos), 0) as spent from obs_task_costs where workspace_id = $1 and task_id = $2`;

/** Locks the task with the budget, and returns the budget with the costs of its tree. */
export async function lockBudget(tx: Tx, payerId: string): Promise<{ nanos: bigint; spent: bigint } | undefined> {
  const [payer] = await tx.statement<{ budget_nanos: string | bigint | null }>("gateway.lock-budget", LOCK_PAYER, [
    tx.workspace,
    payerId,
  ]);
  if (!payer || payer.budget_nanos === null) return undefined;
  // A statement of its own: it sees what was committed while the lock was awaited.
  const [row] = await tx.statement<{ spent: string }>("gateway.spent", SPENT, [tx.workspace, payerId]);
  return { nanos: BigInt(payer.budget_nanos), spent: BigInt(row?.spent ?? 0) };
}

/** The models that are remembered of an agent. */
const MODELS_MAX = 100;

const NOTE = `
insert into gateway_habits as h (workspace_id, agent_id, model, recent_tokens, used_at)
select $1, n.agent_id, n.model, n.tokens, bailiwick_now()
from (select agent_id, model, array_agg(tokens)  as tokens
  from unnest($2::uuid[], $3::text[], $4::int[]) as u(agent_id, model, tokens) group by 1, 2) n
where exists (select from gateway_habits o where o.workspace_id = $1 and o.agent_id = n.agent_id and o.model = n.model)
  or (select count(*) from gateway_habits o where o.workspace_id = $1 and o.agent_id = n.agent_id) < ${MODELS_MAX}
order by n.agent_id, n.model
on conflict (workspace_id, agent_id, model) do update
  set recent_tokens = (excluded.recent_tokens || h.recent_tokens)[1:${RECENT_MAX}], used_at = excluded.used_at`;

export interface Habit {
  agent_id: string;
  model: string;
  tokens_out: number;
}

/** Remembers the output of calls. */
export async function noteHabits(tx: Tx, habits: readonly Habit[]): Promise<void> {
  if (habits.length === 0) return;
  await tx.statement("gateway.note-habits", NOTE, [
    tx.workspace,
    habits.map(({ agent_id }) => agent_id),
    habits.map(({ model }) => model),
    habits.map(({ tokens_out }) => tokens_out),
  ]);
}
