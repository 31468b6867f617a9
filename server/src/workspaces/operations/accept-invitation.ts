import { Token } from "../../auth/schema.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { invitationAccepted, memberJoined } from "../facts.ts";
import { JoinedWorkspace } from "../schema.ts";
import { acceptInvitation as acceptRow } from "../store/invitations.ts";

export const acceptInvitation = command({
  name: "invitations.accept",
  summary: "Accept an invitation with the token of the link in the mail, and join the workspace.",
  description: "You must be signed in with the address that the invitation was sent to.",
  route: "POST /invitations/accept",
  permission: "membership:write",
  tool: false,
  changesCredentials: true,
  input: Fields({ token: Token }),
  output: JoinedWorkspace,
  problems: ["invalid_token"],
  async run({ tx, actor, env }, { token }) {
    const accepted = await acceptRow(tx, env.secrets.fingerprint(token), actor.id);
    if (!accepted) {
      throw new Problem("invalid_token", "This invitation is not valid for you.", {
        next_step: "Sign in with the address to which the invitation was sent, or request a new invitation.",
      });
    }
    const { invitation_id, workspace_id: id, workspace_name: name, role, has_joined } = accepted;
    const data = { invitation_id, role };
    const fact = has_joined
      ? memberJoined(actor.id, data, { workspace: id })
      : invitationAccepted(invitation_id, data, { workspace: id });
    return changed({ workspace: { id, name, role } }, fact);
  },
});
