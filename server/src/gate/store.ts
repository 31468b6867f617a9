/** The gate of each agent: the row that decides about starts. */
import { sql } from "kysely";
import { anyOf } from "../kernel/db/any-of.ts";
import type { Statement } from "../kernel/db/batch.ts";
import { columnsOf, listOf } from "../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { type Code, GateColumns, type GateStatus, type LastRefusal, type Park } from "./rules.ts";

interface GateTable extends GateColumns {
  workspace_id: string;
  lease_lost_at: string | null;
  /** The id of the gate when the gate is that of a pool. */
  pool_id: string | null;
}

declare module "../kernel/db/tx.ts" {
  interface Tables {
    gates: GateTable;
  }
}

export interface Gate extends GateColumns {
  /** The reason why the agent may not start a task now; null when it may. */
  refusal: Code | null;
}

const GATE_COLUMNS = columnsOf(GateColumns);

/** Returns SQL of the columns of a gate that the sentence of a refusal may name. */
export const gateColumns = (gate: string) => listOf(GATE_COLUMNS, gate);

/** The columns that other slices write. The counters belong to the gate. */
export interface GateCauses {
  agent_id: string;
  status: GateStatus;
  /** The number of tasks that the agent may run at once; null for no limit. */
  running_max: number | null;
}

interface NewGate extends GateCauses {
  pool_id?: string;
  /** The stop in force that forbids all starts of the workspace, if any. */
  stop_id: string | null;
}

/** Creates the gate of a new agent or pool, in the transaction that creates the agent or the pool. */
export async function openGate(tx: Tx, { agent_id, status, running_max, pool_id, stop_id }: NewGate): Promise<void> {
  await tx
    .insertInto("gates")
    .values({ workspace_id: tx.workspace, agent_id, status, running_max, pool_id: pool_id ?? null, stop_id } as never)
    .execute();
}

export async function saveGate(tx: Tx, { agent_id, status, running_max }: GateCauses): Promise<void> {
  await tx
    .updateTable("gates")
    .set({ status, running_max, paused_by: sql<string | null>`case when status = ${status} then paused_by end` })
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agent_id)
    .execute();
}

type GateLimits = Pick<Gate, "agent_id" | "throttle_per_minute" | "allowed_model" | "paused_by">;

/** The limits that a risk policy sets. A throttle begins with the starts of one minute. The gate must be locked. */
export async function saveLimits(
  tx: Tx,
  { agent_id: agentId, throttle_per_minute, allowed_model, paused_by }: GateLimits,
): Promise<void> {
  await tx
    .updateTable("gates")
    .set({
      throttle_per_minute,
      throttle_tokens: sql<number>`case when throttle_per_minute is not distinct from ${throttle_per_minute}::int
        then throttle_tokens else coalesce(${throttle_per_minute}::int, 0) end`,
      throttle_at: sql<string>`bailiwick_now()`,
      allowed_model,
      paused_by,
    })
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .execute();
}

/** A stop of one agent, or of all when `agent_id` is null. */
export interface StartsStop {
  id: string;
  agent_id: string | null;
}

const SAVE_STOPS = `
update gates g set stop_id = n.stop_id
from (select g.agent_id, (select s.id from unnest($2::uuid[], $3::uuid[]) with ordinality as s(id, agent_id, place)
    where s.agent_id is null or s.agent_id = g.agent_id order by place limit 1) as stop_id
  from gates g where g.workspace_id = $1) n
where g.workspace_id = $1 and g.agent_id = n.agent_id and g.stop_id is distinct from n.stop_id`;

/** Stores in each gate the first of these stops that covers it. The command runs alone in its workspace. */
export async function saveStops(tx: Tx, stops: readonly StartsStop[]): Promise<void> {
  const ids = stops.map(({ id }) => id);
  const agentIds = stops.map(({ agent_id }) => agent_id);
  await tx.statement("gates.save-stops", SAVE_STOPS, [tx.workspace, ids, agentIds]);
}

/** Parks the gate until a time. The gate must be locked. */
export async function parkGate(tx: Tx, agentId: string, park: Park | null): Promise<void> {
  await tx
    .updateTable("gates")
    .set({
      parked_until: park?.until.toISOString() ?? null,
      parked_code: park?.code ?? null,
      parked_model: park?.model ?? null,
      parked_at: park?.at.toISOString() ?? null,
    })
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .execute();
}

/** Selects the gates of these agents in the order in which every transaction locks them. */
function selectGates(tx: ReadTx, agentIds: readonly string[]) {
  return tx
    .selectFrom("gates")
    .select(GATE_COLUMNS)
    .select(sql<Code | null>`gate_refusal(gates, bailiwick_now())`.as("refusal"))
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", anyOf(agentIds))
    .orderBy("agent_id");
}

/** Locks the gates of these agents. */
export async function lockGates(tx: Tx, agentIds: readonly string[]): Promise<Map<string, Gate>> {
  if (agentIds.length === 0) return new Map();
  const gates = await selectGates(tx, agentIds).forNoKeyUpdate().execute();
  return new Map(gates.map((gate) => [gate.agent_id, gate]));
}

/** Reads the gates of these agents without a lock. */
export async function listGates(tx: ReadTx, agentIds: readonly string[]): Promise<Map<string, Gate>> {
  const gates = await selectGates(tx, agentIds).execute();
  return new Map(gates.map((gate) => [gate.agent_id, gate]));
}

/** Returns the gate of an agent; undefined for other ids, also for those of pools. */
export async function findGate(tx: ReadTx, agentId: string): Promise<Gate | undefined> {
  return selectGates(tx, [agentId]).where("pool_id", "is", null).executeTakeFirst();
}

/** Returns the gate of an agent that exists. */
export async function gateOf(tx: ReadTx, agentId: string): Promise<Gate> {
  const gate = await findGate(tx, agentId);
  if (!gate) throw new Error(`Agent ${agentId} has no gate.`);
  return gate;
}

/** Returns SQL of the number of tasks that the agent of a gate may start now, at most `wanted`. */
export const startsOf = (gate: string, wanted: string) =>
  `(select count(*)::int from generate_series(1, ${wanted}) n where gate_refusal(${gate}, bailiwick_now(), n) is null)`;

/** Returns SQL of the changes that starts make to a gate. */
export const debit = (gate: string, starts: string) => `running = ${gate}.running + ${starts},
  throttle_tokens = coalesce(gate_tokens(${gate}, bailiwick_now()) - ${starts}, ${gate}.throttle_tokens),
  throttle_at = bailiwick_now()`;

const STARTS = `select ${startsOf("g", "$3")} as starts from gates g where g.workspace_id = $1 and g.agent_id = $2`;

/** Returns the number of tasks that the agent may start now, at most `wanted`. */
export async function countStarts(tx: ReadTx, agentId: string, wanted: number): Promise<number> {
  const [row] = await tx.statement<{ starts: number }>("gates.starts", STARTS, [tx.workspace, agentId, wanted]);
  return row?.starts ?? 0;
}

const PAUSED = `
select exists (select from unnest($2::uuid[]) as a(id) cross join lateral (select status from gates
  where workspace_id = $1 and agent_id = a.id offset 0) g where g.status = 'paused') as is_one`;

export async function isOnePaused(tx: ReadTx, agentIds: readonly string[]): Promise<boolean> {
  const [row] = await tx.statement<{ is_one: boolean }>("gates.paused", PAUSED, [tx.workspace, [...agentIds]]);
  return row?.is_one ?? false;
}

const REFUSE_PAUSED = `select bailiwick_refuse() from unnest($2::uuid[]) as a(id)
  cross join lateral (select status from gates where workspace_id = $1 and agent_id = a.id offset 0) g
where g.status = 'paused'`;

/** Fails when one of these agents is paused. */
export function refuseWhilePaused(agentIds: readonly string[]): Statement {
  return { name: "gates.refuse-paused", text: REFUSE_PAUSED, values: [[...agentIds]] };
}

type Runs = Pick<GateTable, "running" | "lease_lost_at" | "parked_until" | "parked_code" | "parked_model">;

/** Returns the number of running tasks of each of these agents, its last lost lease, and until when its provider refuses it. */
export async function runsOf(tx: ReadTx, agentIds: readonly string[]): Promise<Map<string, Runs>> {
  if (agentIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("gates")
    .select(["agent_id", "running", "lease_lost_at", "parked_until", "parked_code", "parked_model"])
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", anyOf(agentIds))
    .execute();
  return new Map(rows.map(({ agent_id, ...runs }) => [agent_id, runs]));
}

/** Returns the last time that each agent lost a lease. Agents that lost none are left out. */
export async function leaseLossesOf(tx: ReadTx): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom("gates")
    .select(["agent_id", "lease_lost_at"])
    .where("workspace_id", "=", tx.workspace)
    .where("lease_lost_at", "is not", null)
    .execute();
  return new Map(rows.flatMap(({ agent_id, lease_lost_at: at }) => (at === null ? [] : [[agent_id, at] as const])));
}

const LEASE_LOST = "update gates set lease_lost_at = bailiwick_now() where workspace_id = $1 and agent_id = $2";

/** Notes that the agent lost a lease. Its gate must be locked. */
export async function noteLeaseLost(tx: Tx, agentId: string): Promise<void> {
  await tx.statement("gates.lease-lost", LEASE_LOST, [tx.workspace, agentId]);
}

const CHANGE_RUNNING = `
update gates g set running = g.running + c.change
from unnest($2::uuid[], $3::int[]) as c(agent_id, change)
where g.workspace_id = $1 and g.agent_id = c.agent_id`;

/** Changes the running counts of agents. Their gates must be locked. */
export async function changeRunning(tx: Tx, changes: ReadonlyMap<string, number>): Promise<void> {
  const real = [...changes].filter(([, change]) => change !== 0);
  if (real.length === 0) return;
  await tx.statement("gates.change-running", CHANGE_RUNNING, [
    tx.workspace,
    real.map(([agentId]) => agentId),
    real.map(([, change]) => change),
  ]);
}

const DEBIT = `update gates g set ${debit("g", "1")} where g.workspace_id = $1 and g.agent_id = $2`;

/** Takes one start from the gate. The gate must be locked. */
export async function debitStart(tx: Tx, agentId: string): Promise<void> {
  await tx.statement("gates.debit", DEBIT, [tx.workspace, agentId]);
}

/** Saves the reason of the last refusal, so that the agent can read it. */
export async function saveRefusal(tx: Tx, agentId: string, refusal: LastRefusal): Promise<void> {
  await tx
    .updateTable("gates")
    .set({ last_refusal: JSON.stringify(refusal) as never })
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .execute();
}
