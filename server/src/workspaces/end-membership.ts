/** Ends a membership, and with it the person's keys and open invitations. */
import type { CommandContext, Fact } from "../kernel/operation.ts";
import { endKeysMadeBy } from "../keys/index.ts";
import { endInvitationsOf } from "./store/invitations.ts";
import { endMembership } from "./store/members.ts";

/** The caller has locked the member. Returns the facts about keys and invitations. */
export async function endMembershipWithRights(
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
