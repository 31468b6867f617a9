import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { GivenRole, MemberId } from "../invitation-schema.ts";
import { lockMember, saveRole, showMember } from "../member-store.ts";
import { requireNotOwner } from "../rules.ts";
import { Member } from "../schema.ts";

export const updateMember = command({
  name: "members.update",
  summary: "Change the role of a member. It counts at once.",
  route: "POST /workspaces/{id}/members/{user_id}",
  permission: "members:write",
  pastQuota: "passes",
  workspaceField: "id",
  changesCredentials: true,
  input: Fields({ ...MemberId, role: GivenRole }),
  output: Member,
  problems: ["not_found", "conflict"],
  async run({ tx, actor }, { user_id, role }) {
    const member = await lockMember(tx, user_id);
    if (!member) throw new Problem("not_found", `No member ${user_id}.`);
    requireNotOwner(member, "be given another role");
    const shown = await showMember(tx, actor.id, user_id);
    if (member.role === role) return unchanged(shown);
    await saveRole(tx, user_id, role);
    const data = { from: member.role, to: role };
    return changed({ ...shown, role }, { type: "member.updated", subject: { kind: "user", id: user_id }, data });
  },
});
