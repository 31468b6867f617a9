import { keyPermissions, permissionsOf } from "../../auth/index.ts";
import type { Role } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/db.ts";
import { changed, command, type Fact, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { listKeysOfPerson } from "../../keys/index.ts";
import { invitationRevoked } from "../end-membership.ts";
import { requireNotOwner } from "../rules.ts";
import { GivenRole, Member, MemberId } from "../schema.ts";
import { endInvitationsOf } from "../store/invitations.ts";
import { lockMember, saveRole, showMember } from "../store/members.ts";

export const updateMember = command({
  name: "members.update",
  summary: "Change the role of a member. It counts at once.",
  description:
    "The keys they answer for carry no more than the new role. Open invitations of somebody who may no longer invite end.",
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
    if (!member) throw new Problem("not_found", `No member ${user_id}.`);
    requireNotOwner(member, "be given another role");
    const shown = await showMember(tx, actor.id, user_id);
    if (member.role === role) return unchanged(shown);
    await saveRole(tx, user_id, role);
    const keys_limited = await countLimited(tx, user_id, role);
    const data = { from: member.role, to: role, ...(keys_limited > 0 && { keys_limited }) };
    const fact = { type: "member.updated", subject: { kind: "user", id: user_id }, data };
    return changed({ ...shown, role }, fact, ...(await endInvitationsBeyond(tx, user_id, role, now)));
  },
});

/** Keys that lose something by the role. */
async function countLimited(tx: Tx, userId: string, role: Role): Promise<number> {
  const keys = await listKeysOfPerson(tx, userId);
  return keys.filter((key) => keyPermissions(key, role).lacking.length > 0).length;
}

/** An invitation gives a role, so it does not outlive the right to invite. */
async function endInvitationsBeyond(tx: Tx, userId: string, role: Role, now: Date): Promise<Fact[]> {
  if (permissionsOf({ kind: "user", role }).has("members:write")) return [];
  return (await endInvitationsOf(tx, userId, now)).map(invitationRevoked);
}
