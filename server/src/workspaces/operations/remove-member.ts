import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id, Reason } from "../../kernel/schema.ts";
import { endMembershipWithRights } from "../end-membership.ts";
import { memberRemoved } from "../facts.ts";
import { requireNotOwner } from "../rules.ts";
import { MemberId } from "../schema.ts";
import { lockMember } from "../store/members.ts";

export const removeMember = command({
  name: "members.remove",
  summary: "Remove a person from a workspace. Their access, their keys and their open invitations end at once.",
  route: "POST /workspaces/{id}/members/{user_id}/remove",
  permission: "members:write",
  pastQuota: "passes",
  workspaceField: "id",
  changesCredentials: true,
  input: Fields({ ...MemberId, reason: Type.Optional(Reason) }),
  output: Fields({ user_id: Id }),
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { user_id, reason = null }) {
    const member = await lockMember(tx, user_id);
    if (!member) throw notFound("member", user_id);
    requireNotOwner(member, "be removed");
    const facts = await endMembershipWithRights({ tx, now }, user_id);
    return changed({ user_id }, memberRemoved(user_id, { role: member.role, reason }), ...facts);
  },
});
