/** The tables agent_roles and team_rules. */
import type { ColumnType } from "kysely";
import type { Rows } from "../kernel/db/capped-rows.ts";
import { columnsOf, only } from "../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Assignment, RoleFlags } from "./rules.ts";
import { RULE_NAMES, RULES_DEFAULT } from "./rules.ts";
import {
  GivenRoleOfAgent,
  RoleOfAgent,
  SUMMARY_MAX,
  type TeamRole,
  type TeamRules,
  type Unassigned,
} from "./schema.ts";

type Written = ColumnType<string, Date, Date>;

declare module "../kernel/db/tx.ts" {
  interface Tables {
    agent_roles: GivenRoleOfAgent & { workspace_id: string; created_at: Written; updated_at: Written };
    team_rules: TeamRules & { workspace_id: string; updated_at: Written };
  }
}

const ROLE_COLUMNS = columnsOf(RoleOfAgent);
const GIVEN_COLUMNS = columnsOf(GivenRoleOfAgent);

function roles(tx: ReadTx) {
  return tx.selectFrom("agent_roles").select(ROLE_COLUMNS).where("workspace_id", "=", tx.workspace);
}

export async function findRole(tx: ReadTx, agentId: string): Promise<RoleOfAgent | undefined> {
  return roles(tx).where("agent_id", "=", agentId).executeTakeFirst();
}

/** Lists in the order of the agents' ids, so the oldest agent first. */
export function listRoles(
  tx: ReadTx,
  { role, after }: { role?: TeamRole | undefined; after?: string | undefined },
): Rows<RoleOfAgent> {
  return roles(tx)
    .$if(role !== undefined, (rows) => rows.where("role", "=", role as TeamRole))
    .$if(after !== undefined, (rows) => rows.where("agent_id", ">", after as string))
    .orderBy("agent_id");
}

export async function listReports(tx: ReadTx, agentId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("agent_roles")
    .select("agent_id")
    .where("workspace_id", "=", tx.workspace)
    .where("reports_to", "=", agentId)
    .orderBy("agent_id")
    .execute();
  return rows.map(({ agent_id }) => agent_id);
}

/** More levels than a tree of all agents can have. The limit ends the query if the rows ever made a circle. */
const LEVELS_MAX = 10_000;
const ABOVE = `
with recursive above as (
  select reports_to as agent_id, 1 as level from agent_roles where workspace_id = $1 and agent_id = $2
  union all
  select r.reports_to, a.level + 1 from above a
    join agent_roles r on r.workspace_id = $1 and r.agent_id = a.agent_id
  where r.reports_to is not null and a.level < ${LEVELS_MAX}
)
select agent_id from above where agent_id is not null order by level`;

/** Returns the agents above, from the nearest to the top. */
export async function listAbove(tx: ReadTx, agentId: string): Promise<string[]> {
  const rows = await tx.statement<{ agent_id: string }>("team.above", ABOVE, [tx.workspace, agentId]);
  return rows.map(({ agent_id }) => agent_id);
}

export async function saveRole(tx: Tx, role: GivenRoleOfAgent, at: Date): Promise<RoleOfAgent> {
  return tx
    .insertInto("agent_roles")
    .values({ ...only(role, GIVEN_COLUMNS), workspace_id: tx.workspace, created_at: at, updated_at: at })
    .onConflict((on) =>
      on.columns(["workspace_id", "agent_id"]).doUpdateSet({ ...only(role, GIVEN_COLUMNS), updated_at: at }),
    )
    .returning(ROLE_COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function deleteRole(tx: Tx, agentId: string): Promise<void> {
  await tx.deleteFrom("agent_roles").where("workspace_id", "=", tx.workspace).where("agent_id", "=", agentId).execute();
}

/** Moves the reports of one supervisor to another; null leaves them without a supervisor. */
export async function moveReports(tx: Tx, from: string, to: string | null, at: Date): Promise<void> {
  await tx
    .updateTable("agent_roles")
    .set({ reports_to: to, updated_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("reports_to", "=", from)
    .execute();
}

export async function getRules(tx: ReadTx): Promise<TeamRules> {
  const rules = await tx
    .selectFrom("team_rules")
    .select(RULE_NAMES)
    .where("workspace_id", "=", tx.workspace)
    .executeTakeFirst();
  return rules ?? RULES_DEFAULT;
}

export async function saveRules(tx: Tx, rules: TeamRules, at: Date): Promise<void> {
  await tx
    .insertInto("team_rules")
    .values({ ...only(rules, RULE_NAMES), workspace_id: tx.workspace, updated_at: at })
    .onConflict((on) => on.column("workspace_id").doUpdateSet({ ...only(rules, RULE_NAMES), updated_at: at }))
    .execute();
}

export async function listUnassigned(tx: ReadTx): Promise<Unassigned[]> {
  return tx.statement<Unassigned>(
    "team.unassigned",
    `select a.id, a.name from agents a
     where a.workspace_id = $1 and a.status = 'active'
       and not exists (select from agent_roles r where r.workspace_id = $1 and r.agent_id = a.id)
     order by a.id limit $2`,
    [tx.workspace, SUMMARY_MAX + 1],
  );
}

const ASSIGNMENT = `
select s.agent_id, s.role, s.can_assign_to_peers, s.can_escalate_to_supervisor
from agent_roles s where s.workspace_id = $1 and s.agent_id = any($2::uuid[])`;

/** Reads the rules and the roles that decide whether one agent may give work to another. */
export async function findAssignment(tx: ReadTx, from: string, to: string): Promise<Assignment> {
  const rules = await getRules(tx);
  const roles = await tx.statement<RoleFlags>("team.assignment", ASSIGNMENT, [tx.workspace, [from, to]]);
  const roleOf = (id: string) => roles.find(({ agent_id }) => agent_id === id);
  return { rules, from: { id: from, role: roleOf(from) }, to: { id: to, role: roleOf(to) } };
}
