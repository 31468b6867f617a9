import { keyPermissions, permissionsOf } from "../../auth/index.ts";
import type { Role } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { listKeysOfPerson } from "../../keys/index.ts";
import { invitationRevoked, memberUpdated } from "../facts.ts";
import { requireNotOwner } from "../rules.ts";
import { GivenRole, Member, MemberId } from "../schema.ts";
import { endInvitationsOf } from "../store/invitations.ts";
import { getMember, lockMember, saveRole } from "../store/members.ts";

export const updateMember = command({
  name: "members.update",
  summary: "Change the role of a member. The new role counts at once.",
  description:
    "The member's keys have no permission that the new role lacks. If the new role may not invite, the member's open " +
    "invitations end.",
  route: "POST /workspaces/{id}/members/{user_id}",
  permission: "members:write",
  pastQuota: "passes",
  workspaceField: "id",
  changesCredentials: true,
  input: Fields({ ...MemberId, role: GivenRole }),
  output: Member,
  problems: ["not_found", "conflict"],
  async run({ tx, actor, now }, { user_id, role }) {
    const member = await lockMember(tx, user_id);
    if (!member) throw notFound("member", user_id);
    requireNotOwner(member, "be given another role");
    const shown = await getMember(tx, actor.id, user_id);
    if (member.role === role) return unchanged(shown);
    await saveRole(tx, user_id, role);
    const keys_limited = await countLimited(tx, user_id, role);
    const data = { from: member.role, to: role, ...(keys_limited > 0 && { keys_limited }) };
    return changed(
      { ...shown, role },
      memberUpdated(user_id, data),
      ...(await endInvitationsBeyond(tx, user_id, role, now)),
    );
  },
});

/** Counts the person's keys that lose a permission because of the role. */
async function countLimited(tx: Tx, userId: string, role: Role): Promise<number> {
  const keys = await listKeysOfPerson(tx, userId);
  return keys.filter((key) => keyPermissions(key, role).lacking.length > 0).length;
}

/** Ends the person's open invitations if the new role may not invite. */
async function endInvitationsBeyond(tx: Tx, userId: string, role: Role, now: Date): Promise<Fact[]> {
  if (permissionsOf({ kind: "user", role }).has("members:write")) return [];
  return (await endInvitationsOf(tx, userId, now)).map((id) => invitationRevoked(id, {}));
}
