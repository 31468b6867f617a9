/** Ends a membership, and with it the person's keys and open invitations. */
import type { Fact } from "../kernel/facts/fact.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { endKeysMadeBy } from "../keys/index.ts";
import { invitationRevoked } from "./facts.ts";
import { endInvitationsOf } from "./store/invitations.ts";
import { endMembership } from "./store/members.ts";

/** The caller has locked the member. Returns the facts about keys and invitations. */
export async function endMembershipWithRights(
  { tx, now }: Pick<CommandContext, "tx" | "now">,
  userId: string,
): Promise<Fact[]> {
  await endMembership(tx, userId, now);
  const invitations = await endInvitationsOf(tx, userId, now);
  return [...(await endKeysMadeBy(tx, userId)), ...invitations.map((id) => invitationRevoked(id, {}))];
}
