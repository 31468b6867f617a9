/** The table invitations. */
import { type ColumnType, sql } from "kysely";
import type { Limits } from "../../auth/index.ts";
import type { Role } from "../../kernel/actor.ts";
import type { Rows } from "../../kernel/db/capped-rows.ts";
import { columnsOf, only } from "../../kernel/db/columns.ts";
import type { PublicTx, ReadTx, Tx } from "../../kernel/db/tx.ts";
import { shownEmail } from "../../kernel/email.ts";
import { type GivenRole, Invitation, type InvitationPreview } from "../schema.ts";

type StoredStatus = Exclude<Invitation["status"], "expired">;

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    invitations: {
      workspace_id: string;
      id: string;
      email: string;
      role: GivenRole;
      /** Never read here: the SQL function `accept_invitation` compares the hash. */
      token_hash: ColumnType<never, string, never>;
      status: ColumnType<StoredStatus, undefined, StoredStatus>;
      invited_by_user_id: string;
      accepted_by_user_id: ColumnType<string | null, undefined, never>;
      expires_at: ColumnType<string, Date, never>;
      ended_at: ColumnType<string | null, undefined, Date>;
      created_at: ColumnType<string, Date, never>;
    };
  }
}

const SHOWN_STATUS = sql<Invitation["status"]>`
  case when status = 'open' and expires_at <= bailiwick_now() then 'expired' else status end`;

type Column = Exclude<keyof Invitation, "status">;
const SHOWN = [
  ...columnsOf(Invitation).filter((column): column is Column => column !== "status"),
  SHOWN_STATUS.as("status"),
] as const;

export type NewInvitationRow = Pick<Invitation, "id" | "email" | "role" | "invited_by_user_id"> & {
  token_hash: string;
  expires_at: Date;
  created_at: Date;
};

const GIVEN = ["id", "email", "role", "token_hash", "invited_by_user_id"] as const;

export async function insertInvitation(
  tx: Tx,
  { expires_at, created_at, ...row }: NewInvitationRow,
): Promise<Invitation> {
  return tx
    .insertInto("invitations")
    .values({ ...only(row, GIVEN), expires_at, created_at, workspace_id: tx.workspace })
    .returning(SHOWN)
    .executeTakeFirstOrThrow();
}

export interface InvitationFilter {
  status?: Invitation["status"] | undefined;
  before?: string | undefined;
}

/** Lists the newest first. */
export function listInvitations(tx: ReadTx, { status, before }: InvitationFilter): Rows<Invitation> {
  let rows = tx.selectFrom("invitations").select(SHOWN).where("workspace_id", "=", tx.workspace);
  if (status) rows = rows.where(SHOWN_STATUS, "=", status);
  if (before) rows = rows.where("id", "<", before);
  return rows.orderBy("id", "desc");
}

export async function lockInvitation(tx: Tx, id: string): Promise<Invitation | undefined> {
  return tx
    .selectFrom("invitations")
    .select(SHOWN)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Counts the open invitations that have not expired. */
export async function countOpenInvitations(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ open: number }>(
    "invitations.count-open",
    `select count(*)::int as open from invitations
     where workspace_id = $1 and status = 'open' and expires_at > bailiwick_now()`,
    [tx.workspace],
  );
  return row?.open ?? 0;
}

/** Revokes an open invitation, and returns the invitation after that. */
export async function endInvitation(tx: Tx, id: string, at: Date): Promise<Invitation> {
  return tx
    .updateTable("invitations")
    .set({ status: "revoked", ended_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .where("status", "=", "open")
    .returning(SHOWN)
    .executeTakeFirstOrThrow();
}

/** Ends the open invitation of this address, if there is one, because a newer one replaces it. Returns its id. */
export async function replaceInvitation(tx: Tx, email: string, at: Date): Promise<string | undefined> {
  const replaced = await tx
    .updateTable("invitations")
    .set({ status: "replaced", ended_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("email", "=", email)
    .where("status", "=", "open")
    .returning("id")
    .executeTakeFirst();
  return replaced?.id;
}

/** Revokes the open invitations that one member sent. Returns their ids. */
export async function endInvitationsOf(tx: Tx, userId: string, at: Date): Promise<string[]> {
  const ended = await tx
    .updateTable("invitations")
    .set({ status: "revoked", ended_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("invited_by_user_id", "=", userId)
    .where("status", "=", "open")
    .returning("id")
    .execute();
  return ended.map(({ id }) => id);
}

/** Returns undefined when the invitation is unknown, ended or expired. */
export async function previewInvitation(tx: PublicTx, tokenHash: string): Promise<InvitationPreview | undefined> {
  type Row = Omit<InvitationPreview, "invited_by"> & { inviter_name: string | null; inviter_email: string };
  const [row] = await tx.statement<Row>(
    "invitations.preview",
    "select workspace_name, role, inviter_name, inviter_email, expires_at from preview_invitation($1)",
    [tokenHash],
  );
  if (!row) return undefined;
  const { inviter_name: name, inviter_email, ...preview } = row;
  return { ...preview, invited_by: { name, email: shownEmail(inviter_email) } };
}

export interface Accepted {
  invitation_id: string;
  workspace_id: string;
  workspace_name: string;
  role: Role;
  /** False for a person who was already a member. */
  has_joined: boolean;
}

/** Returns undefined when the invitation is unknown, ended, expired or for another address. */
export async function acceptInvitation(tx: Tx, tokenHash: string, userId: string): Promise<Accepted | undefined> {
  const [row] = await tx.statement<Accepted>(
    "invitations.accept",
    "select invitation_id, workspace_id, workspace_name, role, has_joined from accept_invitation($1, $2)",
    [tokenHash, userId],
  );
  return row;
}

/**
 * Returns the seconds to wait, or null when the mail was counted for the address and for the workspace that sends it.
 */
export async function takeInvitationMail(
  tx: Tx,
  email: string,
  { address, workspace }: { address: Limits; workspace: Limits },
): Promise<number | null> {
  const [row] = await tx.statement<{ wait: number | null }>(
    "invitations.take-mail",
    "select take_request(array['invitation email ' || $1::text, 'invitation workspace ' || $2::text], $3, $4) as wait",
    [email, tx.workspace, [address.perMinute, workspace.perMinute], [address.perHour, workspace.perHour]],
  );
  return row?.wait ?? null;
}
