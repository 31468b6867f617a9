import { uuidv7 } from "uuidv7";
import { findOwnWorkspace, requireOwnWorkspace } from "../../auth/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, TEXT_LIMITS, Text } from "../../kernel/schema.ts";
import { requireFeature } from "../../tiers/index.ts";
import { workspaceCreated } from "../facts.ts";
import { WORKSPACES_OWNED_MAX } from "../rules.ts";
import { Workspace } from "../schema.ts";
import { createWorkspaceOf } from "../store/members.ts";

export const createWorkspace = command({
  name: "workspaces.create",
  summary: "Create another workspace that you own. Your own workspace must be on the agency tier.",
  description:
    "A workspace of the server's owner starts on the tier of the owner's own workspace. Every other workspace starts on the free tier, until the operator of the server changes it.",
  route: "POST /workspaces",
  status: 201,
  permission: "workspaces:write",
  input: Fields({ name: Text(TEXT_LIMITS.name) }),
  output: Workspace,
  problems: ["tier_limit", "conflict"],
  async run({ tx, actor, now }, { name }) {
    requireOwnWorkspace(actor, await findOwnWorkspace(tx, actor.id));
    await requireFeature(tx, "multi_workspace_enabled");
    const id = uuidv7();
    const tier_name = await createWorkspaceOf(tx, actor.id, { id, name }, WORKSPACES_OWNED_MAX);
    if (tier_name === undefined) {
      throw new Problem("conflict", `A person may own at most ${WORKSPACES_OWNED_MAX} workspaces.`);
    }
    const output = { id, name, role: "owner" as const, tier_name, created_at: now.toISOString() };
    return changed(output, workspaceCreated(id, { name }, { workspace: id }));
  },
});
