import { withShownEmail } from "../../kernel/email.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { invitationRevoked } from "../facts.ts";
import { Invitation, InvitationId } from "../schema.ts";
import { endInvitation, lockInvitation } from "../store/invitations.ts";

export const revokeInvitation = command({
  name: "invitations.revoke",
  summary: "Revoke an open invitation. Its link stops working.",
  route: "POST /workspaces/{id}/invitations/{invitation_id}/revoke",
  permission: "members:write",
  pastQuota: "passes",
  workspaceField: "id",
  input: InvitationId,
  output: Invitation,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { invitation_id }) {
    const invitation = await lockInvitation(tx, invitation_id);
    if (!invitation) throw notFound("invitation", invitation_id);
    if (invitation.status === "accepted") {
      throw new Problem("conflict", "The invitation is already accepted.", { next_step: "Remove the member." });
    }
    if (invitation.status !== "open") return unchanged(withShownEmail(invitation));
    const ended = await endInvitation(tx, invitation_id, now);
    return changed(withShownEmail(ended), invitationRevoked(invitation_id, {}));
  },
});
