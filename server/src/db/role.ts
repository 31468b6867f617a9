/**
 * The role that works in a workspace and owns no table. Its name is `bailiwick_app`, or that and the name of the database
 * where another installation on the cluster has that role. The migrations say `bailiwick_app` for both.
 */
import { createHash } from "node:crypto";
import type { Client } from "pg";

export const ROLE = "bailiwick_app";
const NAME_LENGTH_MAX = 40;
const SHORT_LENGTH = 24;
/** PostgreSQL's codes for a role that another start made at the same moment. */
const MADE_MEANWHILE = ["42710", "23505"];
const TRIES_MAX = 5;
const PERMISSION_DENIED = "42501";

export class RoleError extends Error {}

interface Login {
  login: string;
  database: string;
  isSuperuser: boolean;
  mayCreateRoles: boolean;
  /** The role of this installation, which may use its schema; null before the first migration. */
  known: string | null;
}

const LOGIN = `
select current_user as login, current_database() as database,
  (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
  (select rolcreaterole from pg_roles where rolname = current_user) as "mayCreateRoles",
  (select min(r.rolname) from pg_namespace n, aclexplode(n.nspacl) a, pg_roles r
   where n.nspname = 'public' and r.oid = a.grantee and r.rolname like '${ROLE}%') as known`;

/** Returns the role of this installation. Call it after the migrations. */
export async function workingRole(client: Client): Promise<string> {
  return (await readLogin(client)).known ?? ROLE;
}

/** Returns the role that the migrations give rights to. Makes the role, or becomes its member, only where that is needed. */
export async function ensureRole(client: Client): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryEnsureRole(client, await readLogin(client));
    } catch (error) {
      if (tries === TRIES_MAX || !MADE_MEANWHILE.includes(codeOf(error))) throw error;
    }
  }
}

async function tryEnsureRole(client: Client, login: Login): Promise<string> {
  const { name, due } = await planRole(client, login);
  try {
    for (const statement of due) await client.query(statement);
    return name;
  } catch (error) {
    if (codeOf(error) !== PERMISSION_DENIED) throw error;
    // The statements that ran are not repeated.
    const rest = await planRole(client, login);
    throw new RoleError(
      `The login role ${login.login} may not work as the role ${rest.name}. Run this once as an administrator, then start again: ${rest.due.join("; ")};`,
      { cause: error },
    );
  }
}

export interface RolePlan {
  login: string;
  name: string;
  /** The statements after which the login may work as the role; none when it may already. */
  due: string[];
  /** The login may run these statements. */
  mayRun: boolean;
}

/** Returns what `ensureRole` would do. Changes nothing. */
export async function readRolePlan(client: Client): Promise<RolePlan> {
  return planRole(client, await readLogin(client));
}

async function planRole(client: Client, { login, database, known, ...rights }: Login): Promise<RolePlan> {
  const names = known === null ? [ROLE, `${ROLE}_${nameOf(database)}`] : [known];
  let missing: string | undefined;
  for (const name of names) {
    const use = await useOf(client, name);
    if (use === "usable") return { login, name, due: [], mayRun: true };
    if (use === "absent") missing ??= name;
    // The role of another installation is not shared, except by a superuser, who can read both anyway.
  }
  const name = missing ?? names.at(-1) ?? ROLE;
  const create = missing ? [`create role ${name} nologin`] : [];
  const grant = rights.isSuperuser ? [] : [`grant ${name} to ${client.escapeIdentifier(login)}`];
  const mayRun = rights.isSuperuser || (rights.mayCreateRoles && missing !== undefined);
  return { login, name, due: [...create, ...grant], mayRun };
}

async function readLogin(client: Client): Promise<Login> {
  const { rows } = await client.query<Login>(LOGIN);
  const [row] = rows;
  if (!row) throw new Error("The login role was not read.");
  return row;
}

/** A superuser may use every role. From PostgreSQL 16 on, a member may be kept from working as the role. */
async function useOf(client: Client, name: string): Promise<"usable" | "closed" | "absent"> {
  const { rows } = await client.query<{ may: boolean }>(
    `select pg_has_role(current_user, oid, case when current_setting('server_version_num')::int < 160000
       then 'MEMBER' else 'SET' end) as may from pg_roles where rolname = $1`,
    [name],
  );
  const [row] = rows;
  if (!row) return "absent";
  return row.may ? "usable" : "closed";
}

/** Returns a part of a role's name that needs no quotes. */
function nameOf(database: string): string {
  if (database.length <= NAME_LENGTH_MAX && /^[a-z0-9_]+$/.test(database)) return database;
  return createHash("sha256").update(database).digest("hex").slice(0, SHORT_LENGTH);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
