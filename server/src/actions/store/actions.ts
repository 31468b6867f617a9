/** The table of actions. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import type { Approved } from "../rule-rules.ts";
import { ACTION_COLUMNS, type ActionRow } from "../schema.ts";

/** The documents are stored as JSON. */
type Documents = "payload" | "proposed_payload" | "attempt_log" | "result" | "receipt";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    agent_actions: Omit<ActionRow, Documents> & Record<Documents, string | null> & { workspace_id: string };
  }
}

const json = (value: unknown) => (value === null ? null : JSON.stringify(value));

function columnsIn(action: ActionRow) {
  const { payload, proposed_payload, attempt_log, result, receipt } = action;
  return {
    ...action,
    payload: json(payload),
    proposed_payload: json(proposed_payload),
    attempt_log: json(attempt_log),
    result: json(result),
    receipt: json(receipt),
  };
}

export async function insertAction(tx: Tx, action: ActionRow): Promise<void> {
  await tx
    .insertInto("agent_actions")
    .values({ ...only(columnsIn(action), ACTION_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

const CHANGED = ACTION_COLUMNS.filter((name) => name !== "id");

/** The caller has locked the action. */
export async function saveAction(tx: Tx, action: ActionRow): Promise<void> {
  await tx
    .updateTable("agent_actions")
    .set(only(columnsIn(action), CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", action.id)
    .executeTakeFirstOrThrow();
}

const GET = `select ${listOf(ACTION_COLUMNS)} from agent_actions where workspace_id = $1 and id = $2`;

export async function findAction(tx: ReadTx, id: string): Promise<ActionRow | undefined> {
  const [action] = await tx.statement<ActionRow>("actions.get", GET, [tx.workspace, id]);
  return action;
}

export async function getAction(tx: ReadTx, id: string): Promise<ActionRow> {
  const action = await findAction(tx, id);
  if (!action) throw notFound("action", id);
  return action;
}

const LOCK = `select ${listOf(ACTION_COLUMNS)} from agent_actions
where workspace_id = $1 and id = any($2::uuid[]) order by id for no key update`;

/** Holds the actions, in the order of their ids, until the transaction ends. */
export async function lockActions(tx: Tx, ids: readonly string[]): Promise<Map<string, ActionRow>> {
  const rows = await tx.statement<ActionRow>("actions.lock", LOCK, [tx.workspace, [...ids]]);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function lockAction(tx: Tx, id: string): Promise<ActionRow> {
  const action = (await lockActions(tx, [id])).get(id);
  if (!action) throw notFound("action", id);
  return action;
}

export interface ActionFilters {
  status?: ActionRow["status"] | undefined;
  agent_id?: string | undefined;
  task_id?: string | undefined;
  action_type?: string | undefined;
}

const LIST = `select ${listOf(ACTION_COLUMNS)} from agent_actions
where workspace_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or status = $3)
  and ($4::uuid is null or agent_id = $4) and ($5::uuid is null or task_id = $5) and ($6::text is null or action_type = $6)
order by id desc`;
const PENDING = `select ${listOf(ACTION_COLUMNS)} from agent_actions
where workspace_id = $1 and status = 'pending' and ($2::uuid is null or id < $2)
  and ($3::uuid is null or agent_id = $3) and ($4::uuid is null or task_id = $4) and ($5::text is null or action_type = $5)
  and (held_since is not null or expires_at > bailiwick_now())
order by id desc`;

/** The newest first. `before` is the last id read. */
export function listActions(tx: ReadTx, filters: ActionFilters, before: string | null): Rows<ActionRow> {
  const { status, agent_id = null, task_id = null, action_type = null } = filters;
  const values = [agent_id, task_id, action_type];
  if (status === "pending") return rowsOf("actions.list-pending", PENDING, [tx.workspace, before, ...values]);
  return rowsOf("actions.list", LIST, [tx.workspace, before, status ?? null, ...values]);
}

const COUNT = `select count(*)::int as of_workspace, (count(*) filter (where agent_id = $3))::int as of_agent from (
  select agent_id from agent_actions where workspace_id = $1 and status = 'pending' limit $2) p`;

interface Pending {
  of_workspace: number;
  of_agent: number;
}

/** Returns the number of actions that wait for a decision, at most `most`, and how many of them an agent proposed. */
export async function countPending(tx: ReadTx, agentId: string, most: number): Promise<Pending> {
  const [row] = await tx.statement<Pending>("actions.count", COUNT, [tx.workspace, most, agentId]);
  return row ?? { of_workspace: 0, of_agent: 0 };
}

const DUE = `select ${listOf(ACTION_COLUMNS)} from agent_actions
where workspace_id = $1 and due_at <= bailiwick_clock() and held_since is null
order by due_at, id limit $2 for no key update skip locked`;

/** Holds the actions with an attempt, a look-up or an end that is due. Other processes pass them over. */
export async function lockDue(tx: Tx, most: number): Promise<ActionRow[]> {
  return tx.statement<ActionRow>("actions.due", DUE, [tx.workspace, most]);
}

/** The rows that one round ends. */
const ROUND = 100;
const OVER = `select ${listOf(ACTION_COLUMNS)} from agent_actions
where workspace_id = $1 and status = 'pending' and held_since is null and expires_at <= bailiwick_clock()
order by id limit ${ROUND} for no key update`;

export async function lockOver(tx: Tx): Promise<ActionRow[]> {
  return tx.statement<ActionRow>("actions.over", OVER, [tx.workspace]);
}

const HOLD = `update agent_actions a set
  held_since = case when c.is_covered then coalesce(a.held_since, bailiwick_now()) end,
  expires_at = case when c.is_covered or a.held_since is null then a.expires_at
    else a.expires_at + greatest(interval '0', bailiwick_now() - a.held_since) end
from (select b.id, exists (select from unnest($2::uuid[], $3::uuid[]) as s(agent_id, root_task_id)
      where (s.agent_id is null and s.root_task_id is null) or s.agent_id = b.agent_id or s.root_task_id = b.root_task_id) as is_covered
  from agent_actions b where b.workspace_id = $1 and b.status in ('pending', 'approved')) c
where a.workspace_id = $1 and a.id = c.id and c.is_covered <> (a.held_since is not null)`;

/** A stop of one agent, of a tree, or of the workspace when both are null. */
export interface ActionsStop {
  agent_id: string | null;
  root_task_id: string | null;
}

/** Holds the actions that these stops cover, and lets the others go on with their time left. The caller runs alone. */
export async function holdStopped(tx: Tx, stops: readonly ActionsStop[]): Promise<void> {
  const agents = stops.map(({ agent_id }) => agent_id);
  const roots = stops.map(({ root_task_id }) => root_task_id);
  await tx.statement("actions.hold", HOLD, [tx.workspace, agents, roots]);
}

const GROUPS_MAX = 10;
const PAYLOAD_BYTES_MAX = 16_384;
const APPROVED = `
with groups as (
  select action_type, service_type, agent_id, connection_id, count(*)::int as approvals,
    (array_agg(id order by id desc))[1] as last_action_id
  from agent_actions
  where workspace_id = $1 and decided_by is not null and status <> 'rejected' and service_type <> 'gate'
    and decided_at > bailiwick_now() - interval '30 days'
  group by 1, 2, 3, 4 having count(*) >= $2 order by 5 desc, 6 limit ${GROUPS_MAX}
)
select g.action_type, g.service_type, g.agent_id, g.connection_id, g.approvals, g.last_action_id, p.payloads
from groups g cross join lateral (
  select jsonb_agg(n.payload) as payloads from (
    select a.payload from agent_actions a where a.workspace_id = $1 and a.agent_id = g.agent_id and a.action_type = g.action_type
      and a.service_type = g.service_type and a.connection_id is not distinct from g.connection_id and a.decided_by is not null
      and a.status <> 'rejected' and a.proposed_payload is null and octet_length(a.payload::text) <= ${PAYLOAD_BYTES_MAX}
    order by a.id desc limit $2) n) p
where p.payloads is not null
order by g.approvals desc, g.last_action_id`;

/** Returns what people approved often in the last 30 days, with the newest payloads. */
export async function listApproved(tx: ReadTx, needed: number): Promise<Approved[]> {
  return tx.statement<Approved>("actions.approved", APPROVED, [tx.workspace, needed]);
}

const CLOCK = "select bailiwick_clock() as at";

/** Reads the clock of the database now. Locks that the transaction waited for make `now` older. */
export async function readClock(tx: ReadTx): Promise<Date> {
  const [row] = await tx.statement<{ at: string }>("actions.clock", CLOCK, []);
  if (!row) throw new Error("The clock returns one row.");
  return new Date(row.at);
}
