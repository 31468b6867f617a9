import { changed, command } from "../../kernel/operation.ts";
import { noSuchWorkspace } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { endMembershipWithRights } from "../end-membership.ts";
import { memberLeft } from "../facts.ts";
import { requireNotOwner } from "../rules.ts";
import { lockMember } from "../store/members.ts";

export const leaveWorkspace = command({
  name: "members.leave",
  summary: "Leave a workspace. Your access, your keys and your open invitations there end at once.",
  route: "POST /workspaces/{id}/leave",
  permission: "membership:write",
  pastQuota: "passes",
  tool: false,
  workspaceField: "id",
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Fields({ id: Id }),
  problems: ["not_found", "conflict"],
  async run({ tx, actor, now }, { id }) {
    const member = await lockMember(tx, actor.id);
    // The person was removed after the caller was recognised.
    if (!member) throw noSuchWorkspace();
    requireNotOwner(member, "leave it");
    const facts = await endMembershipWithRights({ tx, now }, actor.id);
    return changed({ id }, memberLeft(actor.id, { role: member.role }), ...facts);
  },
});
