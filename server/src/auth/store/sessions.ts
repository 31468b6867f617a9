/** The SQL functions for sign-in links and sessions. Their tables lie outside any workspace. */
import type { Role } from "../../kernel/actor.ts";
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { withShownEmail } from "../../kernel/email.ts";
import { LINK_MINUTES, type Limits } from "../rules.ts";
import type { Session } from "../schema.ts";
import type { AnyTx } from "./people.ts";

export interface LinkLimits {
  address: Limits;
  addressAndNetwork: Limits;
  network: Limits | undefined;
}

/** Returns the seconds to wait, or null when the request was counted. */
export async function takeLinkRequest(
  tx: AnyTx,
  { email, ip }: { email: string; ip: string },
  { address, addressAndNetwork, network }: LinkLimits,
): Promise<number | null> {
  const limits = [address, addressAndNetwork, ...(network ? [network] : [])];
  const [row] = await tx.statement<{ wait: number | null }>(
    "auth.take-link-request",
    `select take_request((array['link email ' || $1::text, 'link email ' || $1::text || ' from ' || caller_network($2),
       'link network ' || caller_network($2)])[:cardinality($3::int[])], $3, $4) as wait`,
    [email, ip, limits.map(({ perMinute }) => perMinute), limits.map(({ perHour }) => perHour)],
  );
  return row?.wait ?? null;
}

/** Stores a link and voids all but the newest `kept` links of the address. Null voids none. */
export async function issueLink(
  tx: AnyTx,
  link: { email: string; tokenHash: string },
  kept: number | null,
): Promise<void> {
  const { email, tokenHash } = link;
  const text = "select issue_sign_in_link($1, $2, make_interval(mins => $3), $4)";
  await tx.statement("auth.issue-link", text, [email, tokenHash, LINK_MINUTES, kept]);
}

/** Returns true when the person with this address is in a workspace that has keys of agents or services. */
export async function isAmongAgents(tx: AnyTx, email: string): Promise<boolean> {
  const [row] = await tx.statement<{ is: boolean }>("auth.is-among-agents", "select is_among_agents($1) as is", [
    email,
  ]);
  return row?.is ?? true;
}

/** Returns true when the owner with this address has signed in with a link before. */
export async function hasOwnerSignedIn(tx: AnyTx, email: string): Promise<boolean> {
  const text = "select has_owner_signed_in($1) as has";
  const [row] = await tx.statement<{ has: boolean }>("auth.has-owner-signed-in", text, [email]);
  return row?.has ?? false;
}

/** Returns the address that the link proves; undefined when the link is unknown, used, voided or expired. */
export async function spendLink(tx: AnyTx, tokenHash: string): Promise<string | undefined> {
  const [row] = await tx.statement<{ email: string | null }>(
    "auth.spend-link",
    "select spend_sign_in_link($1) as email",
    [tokenHash],
  );
  return row?.email ?? undefined;
}

export interface SignedInRow {
  user_id: string;
  email: string;
  name: string | null;
  workspace_id: string;
  workspace_name: string;
}

export interface SignIn {
  provenEmail: string;
  newUserId: string;
  newWorkspaceId: string;
  ownerEmail: string;
  sessionId: string;
  sessionHash: string;
  sessionDays: number;
  ip: string;
  userAgent: string;
  /** The hash of the session that the browser already had, which ends. */
  presentedHash: string | null;
}

/** Opens a session for the person with the proven address. Creates the person if needed. */
export async function signInPerson(tx: AnyTx, signIn: SignIn): Promise<SignedInRow> {
  const { provenEmail, newUserId, newWorkspaceId, ownerEmail, sessionId, sessionHash } = signIn;
  const { sessionDays, ip, userAgent, presentedHash } = signIn;
  const [row] = await tx.statement<SignedInRow>(
    "auth.sign-in",
    `select user_id, email, name, workspace_id, workspace_name
     from sign_in($1, $2, $3, $4, $5, $6, make_interval(days => $7), $8, $9, $10)`,
    [
      provenEmail,
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
  if (!row) throw new Error("sign_in returned no row.");
  return withShownEmail(row);
}

/** Opens a session for the owner of this installation. Returns the owner's workspace. */
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
  session_id: string;
  expires_at: string;
  /** Workspace and role are null when the person is no member of the chosen workspace. */
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
    "select user_id, session_id, workspace_id, role, expires_at from find_session($1, $2)",
    [tokenHash, workspace],
  );
  return row;
}

/** Ends the session at sign-out. Returns undefined when the session was not valid. */
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

/** A stored session. `is_current` depends on the caller's credential and is not stored. */
export type StoredSession = Omit<Session, "is_current">;

export function listSessions(userId: string, before: string | undefined, rowsMax: number): Rows<StoredSession> {
  return rowsOf(
    "auth.list-sessions",
    "select id, ip, user_agent, created_at, last_seen_at, expires_at from list_sessions($1, $2, $3)",
    [userId, before ?? null, rowsMax],
  );
}

/** Ends a session. Returns true if the session was open, undefined when the person has no such session. */
export async function revokeSession(tx: AnyTx, userId: string, sessionId: string): Promise<boolean | undefined> {
  const [row] = await tx.statement<{ was_open: boolean }>(
    "auth.revoke-session",
    "select was_open from revoke_session($1, $2)",
    [userId, sessionId],
  );
  return row?.was_open;
}

/**
 * Ends all sessions but `kept`; null ends all. Returns how many ended, or null when the kept session is no longer
 * valid.
 */
export async function revokeOtherSessions(tx: AnyTx, userId: string, kept: string | null): Promise<number | null> {
  const [row] = await tx.statement<{ ended: number | null }>(
    "auth.revoke-other-sessions",
    "select revoke_other_sessions($1, $2) as ended",
    [userId, kept],
  );
  return row?.ended ?? null;
}
