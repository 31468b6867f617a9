import { findOwnWorkspace } from "../../auth/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { workspaceTransferred } from "../facts.ts";
import { requireTransferable } from "../rules.ts";
import { Member, MemberId } from "../schema.ts";
import { countOwned, getMember, lockMember, saveRole } from "../store/members.ts";

export const transferWorkspace = command({
  name: "workspaces.transfer",
  summary: "Transfer a workspace that you own to another member. You stay in the workspace as an admin.",
  description: "You cannot transfer your own workspace, which you got at your first sign-in.",
  route: "POST /workspaces/{id}/transfer",
  permission: "workspaces:own",
  workspaceField: "id",
  changesCredentials: true,
  input: Fields(MemberId),
  output: Member,
  problems: ["not_found", "conflict"],
  async run({ tx, actor }, { id, user_id }) {
    const giver = await lockMember(tx, actor.id);
    // The workspace was transferred after the caller was recognised as the owner.
    if (giver?.role !== "owner") throw new Problem("conflict", "You no longer own this workspace.");
    const receiver = user_id === actor.id ? undefined : await lockMember(tx, user_id);
    if (!receiver) throw new Problem("not_found", `There is no other member ${user_id}.`);
    requireTransferable(tx.workspace, await findOwnWorkspace(tx, actor.id), await countOwned(tx, user_id));
    await saveRole(tx, actor.id, "admin");
    await saveRole(tx, user_id, "owner");
    const data = { from_user_id: actor.id, to_user_id: user_id };
    return changed(await getMember(tx, actor.id, user_id), workspaceTransferred(id, data));
  },
});
