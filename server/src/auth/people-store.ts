/** The database's functions for what lies outside one workspace: people, their links, sessions and workspaces. */
import type { Role } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db.ts";
import type { Member, Scope, Session } from "./schema.ts";

/** Any transaction, in a workspace or not yet. */
type AnyTx = Pick<ReadTx, "statement">;

/** Seconds to wait, or null when the request was counted for the address and for the network it came from. */
export async function takeLinkRequest(
  tx: AnyTx,
  { email, ip, perMinute, perHour }: { email: string; ip: string; perMinute: number; perHour: number },
): Promise<number | null> {
  const [row] = await tx.statement<{ wait: number | null }>(
    "auth.take-link-request",
    "select take_request(array['link email ' || $1::text, 'link ip ' || caller_network($2)], $3, $4) as wait",
    [email, ip, perMinute, perHour],
  );
  return row?.wait ?? null;
}

export async function issueLink(tx: AnyTx, email: string, tokenHash: string, minutes: number): Promise<void> {
  await tx.statement("auth.issue-link", "select issue_sign_in_link($1, $2, make_interval(mins => $3))", [
    email,
    tokenHash,
    minutes,
  ]);
}

export interface Redeemed {
  user_id: string;
  email: string;
  workspace_id: string;
  workspace_name: string;
}

export interface Redemption {
  linkHash: string;
  newUserId: string;
  newWorkspaceId: string;
  ownerEmail: string;
  sessionId: string;
  sessionHash: string;
  sessionDays: number;
  ip: string;
  userAgent: string;
  /** Of the session the browser already had; it ends. */
  presentedHash: string | null;
}

/** `undefined` when the link is unknown, used, voided or expired. */
export async function redeemLink(tx: AnyTx, redemption: Redemption): Promise<Redeemed | undefined> {
  const { linkHash, newUserId, newWorkspaceId, ownerEmail, sessionId, sessionHash } = redemption;
  const { sessionDays, ip, userAgent, presentedHash } = redemption;
  const [row] = await tx.statement<Redeemed>(
    "auth.redeem-link",
    `select user_id, email, workspace_id, workspace_name
     from redeem_sign_in_link($1, $2, $3, $4, $5, $6, make_interval(days => $7), $8, $9, $10)`,
    [
      linkHash,
      newUserId,
      newWorkspaceId,
      ownerEmail,
      sessionId,
      sessionHash,
      sessionDays,
      ip,
      userAgent,
      presentedHash,
    ],
  );
  return row;
}

export async function ensureOwner(tx: AnyTx, email: string, newUser: string, newWorkspace: string): Promise<void> {
  await tx.statement("auth.ensure-owner", "select ensure_owner($1, $2, $3)", [email, newUser, newWorkspace]);
}

/** Opens a session for the owner of this installation and answers the owner's workspace. */
export async function openOwnerSession(
  tx: AnyTx,
  owner: { email: string; newUserId: string; newWorkspaceId: string },
  session: { id: string; hash: string; minutes: number },
): Promise<string | undefined> {
  const [row] = await tx.statement<{ workspace: string }>(
    "auth.open-owner-session",
    "select open_owner_session($1, $2, $3, $4, $5, make_interval(mins => $6)) as workspace",
    [owner.email, owner.newUserId, owner.newWorkspaceId, session.id, session.hash, session.minutes],
  );
  return row?.workspace;
}

export interface FoundSession {
  user_id: string;
  expires_at: string;
  /** Both null when the person is no member of the workspace asked for. */
  workspace_id: string | null;
  role: Role | null;
}

export async function findSession(
  tx: AnyTx,
  tokenHash: string,
  workspace: string | null,
): Promise<FoundSession | undefined> {
  const [row] = await tx.statement<FoundSession>(
    "auth.find-session",
    "select user_id, workspace_id, role, expires_at from find_session($1, $2)",
    [tokenHash, workspace],
  );
  return row;
}

export interface FoundKey {
  workspace_id: string;
  id: string;
  kind: "agent" | "service";
  agent_id: string | null;
  scopes: Scope[];
  expires_at: string | null;
  last_used_at: string | null;
}

export async function findKey(tx: AnyTx, keyHash: string): Promise<FoundKey | undefined> {
  const [row] = await tx.statement<FoundKey>(
    "auth.find-key",
    "select workspace_id, id, kind, agent_id, scopes, expires_at, last_used_at from find_key($1)",
    [keyHash],
  );
  return row;
}

/** Sign-out. `undefined` when the session was not a good one. */
export async function closeSession(
  tx: AnyTx,
  tokenHash: string,
): Promise<{ id: string; user_id: string; workspace_id: string | null } | undefined> {
  const [row] = await tx.statement<{ id: string; user_id: string; workspace_id: string | null }>(
    "auth.close-session",
    "select id, user_id, workspace_id from close_session($1)",
    [tokenHash],
  );
  return row;
}

export async function listSessions(
  tx: AnyTx,
  userId: string,
  before: string | undefined,
  limit: number,
): Promise<Session[]> {
  return tx.statement<Session>(
    "auth.list-sessions",
    "select id, ip, user_agent, created_at, last_seen_at, expires_at from list_sessions($1, $2, $3)",
    [userId, before ?? null, limit],
  );
}

/** Whether it was open until now; `undefined` when the person has no such session. */
export async function revokeSession(tx: AnyTx, userId: string, sessionId: string): Promise<boolean | undefined> {
  const [row] = await tx.statement<{ was_open: boolean }>(
    "auth.revoke-session",
    "select was_open from revoke_session($1, $2)",
    [userId, sessionId],
  );
  return row?.was_open;
}

export async function findPerson(tx: AnyTx, userId: string): Promise<{ id: string; email: string } | undefined> {
  const [row] = await tx.statement<{ id: string; email: string }>(
    "auth.find-person",
    "select id, email from find_person($1)",
    [userId],
  );
  return row;
}

/** The workspace that is a person's own. */
export async function findOwnWorkspace(tx: AnyTx, userId: string): Promise<string | undefined> {
  const [row] = await tx.statement<{ id: string | null }>("auth.find-own-workspace", "select own_workspace($1) as id", [
    userId,
  ]);
  return row?.id ?? undefined;
}

export interface WorkspaceRow {
  id: string;
  name: string;
  role: Role;
  tier_name: string;
  joined_at: string;
  created_at: string;
}

/** A place in a list that is ordered by the time of joining. */
export type AfterJoined = { joined_at: string; id: string } | undefined;

/** Their own first: nobody joined another one before it. */
export async function listWorkspaces(
  tx: AnyTx,
  userId: string,
  after: AfterJoined,
  limit: number,
): Promise<WorkspaceRow[]> {
  return tx.statement<WorkspaceRow>(
    "auth.list-workspaces",
    "select id, name, role, tier_name, joined_at, created_at from list_workspaces($1, $2, $3, $4)",
    [userId, after?.joined_at ?? null, after?.id ?? null, limit],
  );
}

/** False when the person owns as many as anybody may. */
export async function createWorkspaceOf(
  tx: AnyTx,
  userId: string,
  workspace: { id: string; name: string },
  ownedMax: number,
): Promise<boolean> {
  const [row] = await tx.statement<{ is_made: boolean }>(
    "auth.create-workspace",
    "select create_workspace($1, $2, $3, $4) as is_made",
    [userId, workspace.id, workspace.name, ownedMax],
  );
  return row?.is_made ?? false;
}

/** Nobody when the reader is no member. */
export async function listMembers(
  tx: AnyTx,
  reader: string,
  workspace: string,
  after: AfterJoined,
  limit: number,
): Promise<Member[]> {
  return tx.statement<Member>(
    "auth.list-members",
    "select user_id, email, name, role, joined_at from list_members($1, $2, $3, $4, $5)",
    [reader, workspace, after?.joined_at ?? null, after?.id ?? null, limit],
  );
}
