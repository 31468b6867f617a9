import { uuidv7 } from "uuidv7";
import { mayShowLinks, newToken } from "../../auth/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { storedEmail, withShownEmail } from "../../kernel/email.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { getWorkspaceName, requireFeature } from "../../tiers/index.ts";
import { invitationCreated } from "../facts.ts";
import { invitationMail, invitationUrl } from "../mail.ts";
import { INVITATION_DAYS, INVITATION_MAILS, INVITATIONS_OPEN_MAX } from "../rules.ts";
import { CreatedInvitation, NewInvitation } from "../schema.ts";
import { countOpenInvitations, insertInvitation, replaceInvitation, takeInvitationMail } from "../store/invitations.ts";
import { isMemberAddress } from "../store/members.ts";

const DAY_MS = 86_400_000;

export const createInvitation = command({
  name: "invitations.create",
  summary: "Invite a person to a workspace by mail. A newer invitation to the same address replaces the older one.",
  route: "POST /workspaces/{id}/invitations",
  status: 201,
  permission: "members:write",
  workspaceField: "id",
  answersSecret: true,
  input: NewInvitation,
  output: CreatedInvitation,
  problems: ["tier_limit", "not_found", "conflict", "rate_limited"],
  async run({ tx, actor, now, env, request }, { email: given, role }) {
    // This locks the workspace, so that concurrent invitations are counted one after another.
    await requireFeature(tx, "multi_workspace_enabled");
    const email = storedEmail(given);
    if (await isMemberAddress(tx, email)) throw new Problem("conflict", "A member of this workspace has this address.");
    await requireMail(tx, email);
    const replaced = await replaceInvitation(tx, email, now);
    await requireRoom(tx);
    const token = newToken();
    const stored = await insertInvitation(tx, {
      id: uuidv7(),
      email,
      role,
      token_hash: env.secrets.fingerprint(token),
      invited_by_user_id: actor.id,
      expires_at: new Date(now.getTime() + INVITATION_DAYS * DAY_MS),
      created_at: now,
    });
    const link = invitationUrl(env, token);
    const mail = invitationMail(email, { link, workspace: await getWorkspaceName(tx), role });
    // The fact leaves out the address, because agents read the log.
    const data = { role, expires_at: stored.expires_at, ...(replaced && { replaces: replaced }) };
    // Without mail, the person who invites passes the link on. It works only for the invited address.
    const isShown = env.delivery === "none" || mayShowLinks(env, request);
    const output = { ...withShownEmail(stored), ...(isShown && { dev_link: link }) };
    return { ...changed(output, invitationCreated(stored.id, data)), mail };
  },
});

async function requireMail(tx: Tx, email: string): Promise<void> {
  const wait = await takeInvitationMail(tx, email, INVITATION_MAILS);
  if (wait === null) return;
  throw new Problem("rate_limited", "Too many invitations were sent.", { retry_after_seconds: wait });
}

async function requireRoom(tx: Tx): Promise<void> {
  if ((await countOpenInvitations(tx)) < INVITATIONS_OPEN_MAX) return;
  throw new Problem("conflict", `A workspace has at most ${INVITATIONS_OPEN_MAX} open invitations.`, {
    next_step: "Revoke open invitations that are no longer needed.",
  });
}
