import { changed, command, unchanged } from "../../kernel/operation.ts";
import { getWorkspaceName, lockWorkspace, renameWorkspace } from "../../tiers/index.ts";
import { workspaceUpdated } from "../facts.ts";
import { WorkspaceName } from "../schema.ts";

export const updateWorkspace = command({
  name: "workspaces.update",
  summary: "Rename a workspace.",
  route: "POST /workspaces/{id}",
  permission: "workspaces:write",
  workspaceField: "id",
  input: WorkspaceName,
  output: WorkspaceName,
  problems: ["not_found"],
  async run({ tx, now }, { id, name }) {
    await lockWorkspace(tx);
    const from = await getWorkspaceName(tx);
    if (from === name) return unchanged({ id, name });
    await renameWorkspace(tx, name, now);
    return changed({ id, name }, workspaceUpdated(id, { from, name }));
  },
});
