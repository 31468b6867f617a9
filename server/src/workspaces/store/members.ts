/** The table members. A membership ends and is never deleted. */
import { type Generated, sql } from "kysely";
import type { Role } from "../../kernel/actor.ts";
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { withShownEmail } from "../../kernel/email.ts";
import type { GivenRole, Member } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    members: {
      workspace_id: string;
      user_id: string;
      role: Role;
      joined_at: Generated<string>;
      ended_at: string | null;
    };
  }
}

/** Locks a present member until the transaction ends. */
export async function lockMember(tx: Tx, userId: string): Promise<{ user_id: string; role: Role } | undefined> {
  return tx
    .selectFrom("members")
    .select(["user_id", "role"])
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Reads one member in the shape of the list. */
export async function getMember(tx: ReadTx, reader: string, userId: string): Promise<Member> {
  const [row] = await tx.statement<Member>(
    "members.show",
    `select user_id, email, name, role, joined_at from list_members($1, $2, null, null, null) where user_id = $3`,
    [reader, tx.workspace, userId],
  );
  if (!row) throw new Error(`The member ${userId} is locked but cannot be read.`);
  return withShownEmail(row);
}

export async function saveRole(tx: Tx, userId: string, role: GivenRole | "owner"): Promise<void> {
  await tx
    .updateTable("members")
    .set({ role })
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .execute();
}

/** Ends the membership now, or when it began if the clock was set back to before that. */
export async function endMembership(tx: Tx, userId: string, at: Date): Promise<void> {
  await tx
    .updateTable("members")
    .set({ ended_at: sql<string>`greatest(${at.toISOString()}::timestamptz, joined_at)` })
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .execute();
}

export async function isMemberAddress(tx: ReadTx, email: string): Promise<boolean> {
  const [row] = await tx.statement<{ is_member: boolean }>(
    "members.is-address",
    "select is_member_address($1, $2) as is_member",
    [tx.workspace, email],
  );
  return row?.is_member ?? false;
}

/** Returns how many workspaces a person owns. Locks the person, so that the number stays until the transaction ends. */
export async function countOwned(tx: Tx, userId: string): Promise<number> {
  const [row] = await tx.statement<{ owned: number }>("members.count-owned", "select count_owned($1) as owned", [
    userId,
  ]);
  return row?.owned ?? 0;
}

const OWNER = `select user_id from members where workspace_id = $1 and role = 'owner' and ended_at is null
  order by joined_at, user_id limit 1`;

/** Returns the owner of the workspace. */
export async function findOwner(tx: ReadTx): Promise<string | null> {
  const [row] = await tx.statement<{ user_id: string }>("members.owner", OWNER, [tx.workspace]);
  return row?.user_id ?? null;
}

const MANAGERS = `select user_id from members where workspace_id = $1 and role in ('owner', 'admin') and ended_at is null`;

/** Returns the owner and the admins of the workspace. */
export async function listManagers(tx: ReadTx): Promise<ReadonlySet<string>> {
  const rows = await tx.statement<{ user_id: string }>("members.managers", MANAGERS, [tx.workspace]);
  return new Set(rows.map(({ user_id }) => user_id));
}

/** Creates a workspace. Returns its tier, or undefined when the person owns `ownedMax` workspaces. */
export async function createWorkspaceOf(
  tx: Pick<Tx, "statement">,
  userId: string,
  workspace: { id: string; name: string },
  ownedMax: number,
): Promise<string | undefined> {
  const [row] = await tx.statement<{ tier_name: string | null }>(
    "auth.create-workspace",
    "select create_workspace($1, $2, $3, $4) as tier_name",
    [userId, workspace.id, workspace.name, ownedMax],
  );
  return row?.tier_name ?? undefined;
}

/** The sort key of the last row read: the time of joining and the id. */
type AfterJoined = readonly string[] | undefined;

/** Lists in the order of joining. The list is empty when the reader is no member. */
export function listMembers(
  { reader, workspace }: { reader: string; workspace: string },
  after: AfterJoined,
  rowsMax: number,
): Rows<Member> {
  const [joinedAt = null, id = null] = after ?? [];
  return rowsOf(
    "auth.list-members",
    "select user_id, email, name, role, joined_at from list_members($1, $2, $3, $4, $5)",
    [reader, workspace, joinedAt, id, rowsMax],
  );
}
