/** The SQL functions for people and their workspaces. Their tables lie outside any workspace. */
import type { Role } from "../../kernel/actor.ts";
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { withShownEmail } from "../../kernel/email.ts";
import type { Scope, User } from "../schema.ts";

/** A transaction inside or outside a workspace. */
export type AnyTx = Pick<ReadTx, "statement">;

export async function ensureOwner(tx: AnyTx, email: string, newUser: string, newWorkspace: string): Promise<void> {
  await tx.statement("auth.ensure-owner", "select ensure_owner($1, $2, $3)", [email, newUser, newWorkspace]);
}

/** Changes the stored address of a person, unless another person has the new address. */
export async function renamePerson(tx: AnyTx, from: string, to: string): Promise<void> {
  await tx.statement("auth.rename-person", "select rename_person($1, $2)", [from, to]);
}

export interface FoundKey {
  workspace_id: string;
  id: string;
  kind: "agent" | "service";
  agent_id: string | null;
  scopes: Scope[];
  expires_at: string | null;
  last_used_at: string | null;
  responsible_role: Role;
  /** A stop refuses the keys of the agent. */
  is_stopped: boolean;
}

export async function findKey(tx: AnyTx, keyHash: string): Promise<FoundKey | undefined> {
  const [row] = await tx.statement<FoundKey>(
    "auth.find-key",
    "select workspace_id, id, kind, agent_id, scopes, expires_at, last_used_at, responsible_role, is_stopped from find_key($1)",
    [keyHash],
  );
  return row;
}

export async function findPerson(tx: AnyTx, userId: string): Promise<User | undefined> {
  const [row] = await tx.statement<User>("auth.find-person", "select id, email, name from find_person($1)", [userId]);
  return row && withShownEmail(row);
}

/** Locks the person until the transaction ends. */
export async function lockPerson(tx: AnyTx, userId: string): Promise<User | undefined> {
  const [row] = await tx.statement<User>("auth.lock-person", "select id, email, name from lock_person($1)", [userId]);
  return row && withShownEmail(row);
}

export async function savePersonName(tx: AnyTx, userId: string, name: string): Promise<void> {
  await tx.statement("auth.save-person", "select save_person($1, $2)", [userId, name]);
}

/** Returns the person's own workspace. */
export async function findOwnWorkspace(tx: AnyTx, userId: string): Promise<string | undefined> {
  const [row] = await tx.statement<{ id: string | null }>("auth.find-own-workspace", "select own_workspace($1) as id", [
    userId,
  ]);
  return row?.id ?? undefined;
}

/** Returns true in the workspace of this installation's owner. */
export async function isFirstWorkspace(tx: ReadTx): Promise<boolean> {
  const text = "select own_workspace(owner_user_id) = $1 as is from installation";
  const [row] = await tx.statement<{ is: boolean | null }>("auth.is-first-workspace", text, [tx.workspace]);
  return row?.is ?? false;
}

export interface WorkspaceRow {
  id: string;
  name: string;
  role: Role;
  tier_name: string;
  joined_at: string;
  created_at: string;
}

/** The sort key of the last row read: the time of joining and the id. */
type AfterJoined = readonly string[] | undefined;

/** Lists the person's own workspace first, because the person joined it before all others. */
export function listWorkspaces(userId: string, after: AfterJoined, rowsMax: number): Rows<WorkspaceRow> {
  const [joinedAt = null, id = null] = after ?? [];
  return rowsOf(
    "auth.list-workspaces",
    "select id, name, role, tier_name, joined_at, created_at from list_workspaces($1, $2, $3, $4)",
    [userId, joinedAt, id, rowsMax],
  );
}

/** Writes the last use at most once a minute, so that a busy key does not cost one write for each call. */
export async function touchKey(tx: Tx, id: string): Promise<void> {
  await tx.statement(
    "keys.touch",
    `update api_keys set last_used_at = bailiwick_now() where workspace_id = $1 and id = $2
     and (last_used_at is null or last_used_at < bailiwick_now() - interval '1 minute')`,
    [tx.workspace, id],
  );
}
