/** The tables agents and agent_presence. */
import { type ColumnType, type Selectable, sql } from "kysely";
import { leaseLossesOf } from "../../gate/index.ts";
import { anyOf } from "../../kernel/db/any-of.ts";
import type { Rows } from "../../kernel/db/capped-rows.ts";
import { columnsOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { MISSED_SECONDS, STALE_SECONDS } from "../rules.ts";
import { type Agent, AgentConfig, type AgentStatus } from "../schema.ts";
import { markedConfig, SECRET_RULES } from "../secret-rules.ts";

type Written<Shown> = ColumnType<Shown, Date, Date>;

interface AgentsTable extends AgentConfig {
  workspace_id: string;
  id: string;
  status: AgentStatus;
  is_default: boolean;
  total_posts: ColumnType<number, never, number>;
  last_post_at: ColumnType<string | null, never, Date>;
  last_connected_at: ColumnType<string | null, never, Date>;
  last_error: ColumnType<string | null, never, string | null>;
  revision: number;
  /** The version of the rules that took the secrets out of the configuration. */
  secret_rules: number;
  created_at: Written<string>;
  updated_at: Written<string>;
}

interface AgentPresenceTable {
  workspace_id: string;
  agent_id: string;
  last_seen_at: Written<string>;
}

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    agents: AgentsTable;
    agent_presence: AgentPresenceTable;
  }
}

export type AgentRow = Omit<Selectable<AgentsTable>, "workspace_id">;

const CONFIG_COLUMNS = columnsOf(AgentConfig);

/** The columns that `saveAgent` may write. */
const CHANGED_COLUMNS = [...CONFIG_COLUMNS, "status", "is_default", "revision", "secret_rules"] as const;

const AGENT_COLUMNS = [
  "id",
  ...CONFIG_COLUMNS,
  "status",
  "is_default",
  "total_posts",
  "last_post_at",
  "last_connected_at",
  "last_error",
  "revision",
  "secret_rules",
  "created_at",
  "updated_at",
] as const;

function agentOf(tx: ReadTx, id: string) {
  return tx.selectFrom("agents").select(AGENT_COLUMNS).where("workspace_id", "=", tx.workspace).where("id", "=", id);
}

export async function getAgent(tx: ReadTx, id: string): Promise<AgentRow> {
  return requireFound(await agentOf(tx, id).executeTakeFirst(), id);
}

/** Locks the row until the transaction ends. Other transactions may still write rows that refer to the agent. */
export async function lockAgent(tx: Tx, id: string): Promise<AgentRow> {
  return requireFound(await agentOf(tx, id).forNoKeyUpdate().executeTakeFirst(), id);
}

function requireFound(agent: AgentRow | undefined, id: string): AgentRow {
  if (!agent) throw notFound("agent", id);
  return agent;
}

export interface AgentFilter {
  status?: AgentStatus | undefined;
  agent_type?: Agent["agent_type"] | undefined;
  agent_types?: readonly Agent["agent_type"][] | undefined;
  is_featured?: boolean | undefined;
  q?: string | undefined;
}

/**
 * Lists featured agents first, then the default agent, then the newest. `after` is the sort key of the last agent read.
 */
export function listAgents(
  tx: ReadTx,
  { status, agent_type, agent_types, is_featured, q }: AgentFilter,
  after: readonly string[] | undefined,
): Rows<AgentRow> {
  let rows = tx.selectFrom("agents").select(AGENT_COLUMNS).where("workspace_id", "=", tx.workspace);
  rows = status ? rows.where("status", "=", status) : rows.where("status", "!=", "archived");
  if (agent_type) rows = rows.where("agent_type", "=", agent_type);
  if (agent_types) rows = rows.where("agent_type", "=", sql<Agent["agent_type"]>`${anyOf(agent_types, "text")}`);
  if (is_featured !== undefined) rows = rows.where("is_featured", "=", is_featured);
  if (q) rows = rows.where(sql<boolean>`strpos(lower(name), lower(${q})) > 0`);
  if (after) {
    const [featured, isDefault, createdAt, id] = after;
    rows = rows.where(
      sql<boolean>`(is_featured, is_default, created_at, id)
        < (${featured}::boolean, ${isDefault}::boolean, ${createdAt}::timestamptz, ${id}::uuid)`,
    );
  }
  return rows
    .orderBy("is_featured", "desc")
    .orderBy("is_default", "desc")
    .orderBy("created_at", "desc")
    .orderBy("id", "desc");
}

/** Returns the names of the agents that exist, by id. */
export async function listAgentNames(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("agents")
    .select(["id", "name"])
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Returns the billing modes of the agents that exist, by id. */
export async function listBillingModes(
  tx: ReadTx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AgentConfig["billing_mode"]>> {
  if (ids.length === 0) return new Map();
  const text = "select id, billing_mode from agents where workspace_id = $1 and id = any($2::uuid[])";
  const rows = await tx.statement<Pick<AgentRow, "id" | "billing_mode">>("agents.billing", text, [
    tx.workspace,
    [...ids],
  ]);
  return new Map(rows.map(({ id, billing_mode }) => [id, billing_mode]));
}

/** Counts the agents that are not archived. The tier limits this number. */
export async function countAgents(tx: ReadTx): Promise<number> {
  const { count } = await tx
    .selectFrom("agents")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("workspace_id", "=", tx.workspace)
    .where("status", "!=", "archived")
    .executeTakeFirstOrThrow();
  return count;
}

/** Returns the ids of the agents that are neither paused nor archived. */
export async function listActiveAgents(tx: ReadTx): Promise<string[]> {
  const rows = await tx
    .selectFrom("agents")
    .select("id")
    .where("workspace_id", "=", tx.workspace)
    .where("status", "=", "active")
    .execute();
  return rows.map(({ id }) => id);
}

export interface NewAgent {
  id: string;
  config: AgentConfig;
  is_default: boolean;
  at: Date;
}

export function insertAgent(tx: Tx, { id, config, is_default, at }: NewAgent): Promise<AgentRow> {
  return tx
    .insertInto("agents")
    .values({
      ...only(config, CONFIG_COLUMNS),
      workspace_id: tx.workspace,
      id,
      status: "active",
      is_default,
      revision: 1,
      secret_rules: SECRET_RULES,
      created_at: at,
      updated_at: at,
    })
    .returning(AGENT_COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Writes the given fields, if status and revision are still those of `from`. Otherwise throws `conflict`. */
export async function saveAgent(
  tx: Tx,
  from: AgentRow,
  to: Partial<AgentConfig & Pick<AgentRow, "status" | "is_default" | "revision" | "secret_rules">>,
  at: Date,
): Promise<AgentRow> {
  const saved = await tx
    .updateTable("agents")
    .set({ ...only(to, CHANGED_COLUMNS), updated_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", from.id)
    .where("status", "=", from.status)
    .where("revision", "=", from.revision)
    .returning(AGENT_COLUMNS)
    .executeTakeFirst();
  if (!saved) throw new Problem("conflict", `Agent ${from.id} changed during this command.`);
  return saved;
}

/**
 * Clears the default agent. Returns the id of the agent that was the default. The caller must lock the workspace first.
 */
export async function clearDefault(tx: Tx, at: Date): Promise<string | undefined> {
  const cleared = await tx
    .updateTable("agents")
    .set({ is_default: false, updated_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("is_default", "=", true)
    .returning("id")
    .executeTakeFirst();
  return cleared?.id;
}

/** Locks the oldest direct agent that is not archived, other than `except`. */
export function lockSuccessor(tx: Tx, except: string): Promise<AgentRow | undefined> {
  return tx
    .selectFrom("agents")
    .select(AGENT_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("agent_type", "=", "direct")
    .where("status", "!=", "archived")
    .where("id", "!=", except)
    .orderBy("created_at")
    .orderBy("id")
    .limit(1)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Returns the configuration with a mark in place of each secret, also when the row was stored under older rules. */
export function configOf(agent: AgentRow): AgentConfig {
  // CONFIG_COLUMNS lists every field of AgentConfig.
  const config = Object.fromEntries(CONFIG_COLUMNS.map((column) => [column, agent[column]])) as AgentConfig;
  return markedConfig(config, agent.secret_rules);
}

/** Locks agents whose configuration was stored under older rules. */
export function lockUnsealed(tx: Tx, limit: number): Promise<AgentRow[]> {
  return tx
    .selectFrom("agents")
    .select(AGENT_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("secret_rules", "<", SECRET_RULES)
    .orderBy("id")
    .limit(limit)
    .forNoKeyUpdate()
    .execute();
}

const SILENT = `select a.id from agents a
  left join agent_presence p on p.workspace_id = $1 and p.agent_id = a.id
  left join unnest($4::uuid[], $5::timestamptz[]) as l(agent_id, lost_at) on l.agent_id = a.id
  cross join lateral (select greatest(p.last_seen_at, a.created_at) as at) seen
where a.workspace_id = $1 and a.status = 'active' and a.delivery = 'pull'
  and seen.at <= bailiwick_now() - make_interval(secs => case when l.lost_at > seen.at then $3::int else $2::int end)
order by a.id`;

/** Returns the ids of active agents that are stale or offline, or were created long ago and never called. A push agent need not call. */
export async function listSilent(tx: ReadTx): Promise<string[]> {
  const lost = [...(await leaseLossesOf(tx))];
  const rows = await tx.statement<{ id: string }>("agents.silent", SILENT, [
    tx.workspace,
    STALE_SECONDS,
    MISSED_SECONDS,
    lost.map(([id]) => id),
    lost.map(([, at]) => at),
  ]);
  return rows.map(({ id }) => id);
}
