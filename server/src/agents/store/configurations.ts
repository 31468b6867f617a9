/** The tables agent_revisions and agent_secrets. */
import { type ColumnType, sql } from "kysely";
import type { Actor } from "../../kernel/actor.ts";
import { anyOf } from "../../kernel/db/any-of.ts";
import type { Rows } from "../../kernel/db/capped-rows.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { Problem } from "../../kernel/problem.ts";
import type { AgentConfig, AgentRevision } from "../schema.ts";
import { markedConfig, SECRET_RULES } from "../secret-rules.ts";
import { type AgentRow, configOf } from "./agents.ts";

interface AgentRevisionsTable {
  workspace_id: string;
  agent_id: string;
  revision: number;
  config: AgentConfig;
  secret_rules: number;
  changed_fields: string[];
  created_by_kind: Actor["kind"];
  created_by_id: string;
  created_at: ColumnType<string, Date, never>;
}

interface AgentSecretsTable {
  workspace_id: string;
  agent_id: string;
  place: string;
  sealed: string;
}

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    agent_revisions: AgentRevisionsTable;
    agent_secrets: AgentSecretsTable;
  }
}

/** `revisionConfig` reads these columns. */
const STORED_CONFIG = ["config", "secret_rules"] as const;

/** A revision as it is stored, with the version of the rules that took its secrets out. */
export type RevisionRow = AgentRevision & Pick<AgentRevisionsTable, "secret_rules">;
export type SealedSecret = Pick<AgentSecretsTable, "place" | "sealed">;

export async function insertRevision(
  tx: Tx,
  agent: AgentRow,
  { actor, changed_fields, at }: { actor: Actor; changed_fields: string[]; at: Date },
): Promise<void> {
  await tx
    .insertInto("agent_revisions")
    .values({
      workspace_id: tx.workspace,
      agent_id: agent.id,
      revision: agent.revision,
      config: configOf(agent),
      secret_rules: SECRET_RULES,
      changed_fields,
      created_by_kind: actor.kind,
      created_by_id: actor.id,
      created_at: at,
    })
    .execute();
}

/** Lists the newest first. `before` is the last revision number read. */
export function listRevisions(tx: ReadTx, agentId: string, before: string | undefined): Rows<RevisionRow> {
  return tx
    .selectFrom("agent_revisions")
    .select(STORED_CONFIG)
    .select(["revision", "changed_fields", "created_at"])
    .select(
      sql<AgentRevision["created_by"]>`json_build_object('kind', created_by_kind, 'id', created_by_id)`.as(
        "created_by",
      ),
    )
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .$if(before !== undefined, (rows) => rows.where("revision", "<", Number(before)))
    .orderBy("revision", "desc");
}

export async function getRevisionConfig(tx: ReadTx, agentId: string, revision: number): Promise<AgentConfig> {
  const row = await tx
    .selectFrom("agent_revisions")
    .select(STORED_CONFIG)
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .where("revision", "=", revision)
    .executeTakeFirst();
  if (!row) throw new Problem("not_found", `Agent ${agentId} has no revision ${revision}.`);
  return revisionConfig(row);
}

/** Returns the configuration with a mark in place of each secret, also when it was stored under older rules. */
export function revisionConfig({ config, secret_rules }: Pick<RevisionRow, "config" | "secret_rules">): AgentConfig {
  const shown = markedConfig(config, secret_rules);
  // A revision of an earlier version lacks them.
  const { tags = [], billing_mode = null, default_estimated_cost_usd = null, delivery = "pull" } = shown;
  return { ...shown, tags, billing_mode, default_estimated_cost_usd, delivery };
}

/** Locks revisions that were stored under older rules. */
export function lockUnsealedRevisions(
  tx: Tx,
  limit: number,
): Promise<Pick<AgentRevisionsTable, "agent_id" | "revision" | "config" | "secret_rules">[]> {
  return tx
    .selectFrom("agent_revisions")
    .select(STORED_CONFIG)
    .select(["agent_id", "revision"])
    .where("workspace_id", "=", tx.workspace)
    .where("secret_rules", "<", SECRET_RULES)
    .orderBy("agent_id")
    .orderBy("revision")
    .limit(limit)
    .forNoKeyUpdate()
    .execute();
}

/** Takes the secrets out of a stored revision. The database refuses any other change of a revision. */
export async function saveSealedRevision(
  tx: Tx,
  { agent_id, revision }: Pick<AgentRevisionsTable, "agent_id" | "revision">,
  config: AgentConfig,
): Promise<void> {
  await tx
    .updateTable("agent_revisions")
    .set({ config, secret_rules: SECRET_RULES })
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agent_id)
    .where("revision", "=", revision)
    .execute();
}

export function listSecrets(tx: ReadTx, agentId: string): Promise<SealedSecret[]> {
  return tx
    .selectFrom("agent_secrets")
    .select(["place", "sealed"])
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .orderBy("place")
    .execute();
}

/** Locks secrets that another master key sealed. */
export async function lockStaleSecrets(
  tx: Tx,
  keyId: string,
  limit: number,
): Promise<(SealedSecret & { agent_id: string })[]> {
  return tx.statement(
    "agents.stale-secrets",
    `select agent_id, place, sealed from agent_secrets
     where workspace_id = $1 and split_part(sealed, '.', 2) <> $2
     order by agent_id, place limit $3 for no key update`,
    [tx.workspace, keyId, limit],
  );
}

export async function saveSecrets(tx: Tx, agentId: string, secrets: readonly SealedSecret[]): Promise<void> {
  if (secrets.length === 0) return;
  await tx
    .insertInto("agent_secrets")
    .values(secrets.map(({ place, sealed }) => ({ workspace_id: tx.workspace, agent_id: agentId, place, sealed })))
    .onConflict((row) =>
      row.columns(["workspace_id", "agent_id", "place"]).doUpdateSet({ sealed: (eb) => eb.ref("excluded.sealed") }),
    )
    .execute();
}

export async function deleteSecrets(tx: Tx, agentId: string, places: readonly string[]): Promise<void> {
  if (places.length === 0) return;
  await tx
    .deleteFrom("agent_secrets")
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", agentId)
    .where("place", "=", anyOf(places, "text"))
    .execute();
}
