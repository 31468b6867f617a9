/** What follows when a person stops being a member, whoever ends it. */
import type { CommandContext, Fact } from "../kernel/operation.ts";
import { endKeysMadeBy } from "../keys/index.ts";
import { endInvitationsOf } from "./store/invitations.ts";
import { endMembership } from "./store/members.ts";

/** The caller holds the member. Answers the facts beside the one of the step itself. */
export async function settleMembership(
  { tx, now }: Pick<CommandContext, "tx" | "now">,
  userId: string,
): Promise<Fact[]> {
  await endMembership(tx, userId, now);
  const invitations = await endInvitationsOf(tx, userId, now);
  return [...(await endKeysMadeBy(tx, userId)), ...invitations.map(invitationRevoked)];
}

export function invitationRevoked(id: string): Fact {
  return { type: "invitation.revoked", subject: { kind: "invitation", id } };
}
