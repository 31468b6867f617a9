import { Token } from "../../auth/schema.ts";
import { publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { InvitationPreview } from "../schema.ts";
import { previewInvitation as previewRow } from "../store/invitations.ts";

export const previewInvitation = publicCommand({
  name: "invitations.preview",
  summary: "Read what an invitation is for, with the token of its link. The invitation stays open.",
  // A POST keeps the token out of addresses and their logs.
  route: "POST /invitations/preview",
  requests: "read",
  input: Fields({ token: Token }),
  output: InvitationPreview,
  problems: ["invalid_token"],
  async run({ tx, env }, { token }) {
    const output = await previewRow(tx, env.secrets.fingerprint(token));
    if (output) return { output };
    throw new Problem("invalid_token", "This invitation is no longer valid.", {
      next_step: "Ask the person who invited you for a new invitation.",
    });
  },
});
