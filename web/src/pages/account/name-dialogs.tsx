/** Dialogs for the name of the person and the name of a workspace. */
import { createClient, type Workspace } from "@bailiwick/sdk";
import { AUTH_UPDATE_ME_INPUT, WORKSPACES_CREATE_INPUT, WORKSPACES_UPDATE_INPUT } from "@bailiwick/sdk/inputs";
import { useCommand } from "../../data/command.ts";
import { useSession } from "../../data/session.tsx";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useOwnClient, useRefreshMe } from "./own.ts";

const NAME_SHOWN_MAX = 60;

export function PersonNameDialog({ onClose }: { onClose: () => void }) {
  const { user } = useSession();
  const own = useOwnClient();
  const refreshMe = useRefreshMe();
  const { run, isRunning, error } = useCommand({
    send: (_client, name: string) => own.auth.updateMe({ name }),
    changes: ["members"],
    done: "Name saved",
    isQuiet: true,
  });
  const save = async ({ name }: Record<string, unknown>) => {
    if (typeof name !== "string" || !(await run(name))) return;
    await refreshMe();
    onClose();
  };
  return (
    <Dialog title="Your name" width="small" isOpen onClose={onClose}>
      <SchemaForm
        input={AUTH_UPDATE_ME_INPUT}
        fields={["name"]}
        hints={{ name: "Others see your name with your work." }}
        initial={{ name: user.name ?? undefined }}
        action="Save name"
        onSubmit={save}
        onCancel={onClose}
        isBusy={isRunning}
        error={error}
      />
    </Dialog>
  );
}

/** Renames the workspace, or creates one when none is given. */
export function WorkspaceNameDialog({ workspace, onClose }: { workspace?: Workspace; onClose: () => void }) {
  const own = useOwnClient();
  const refreshMe = useRefreshMe();
  const { run, isRunning, error } = useCommand({
    send: async (_client, name: string) => {
      const at = workspace && createClient({ url: "", workspace: workspace.id });
      return at && workspace ? at.workspaces.update({ id: workspace.id, name }) : own.workspaces.create({ name });
    },
    changes: ["workspaces"],
    done: ({ name }) => `${name.slice(0, NAME_SHOWN_MAX)} ${workspace ? "is the new name" : "is created"}`,
    isQuiet: true,
  });
  const save = async ({ name }: Record<string, unknown>) => {
    if (typeof name !== "string" || !(await run(name))) return;
    await refreshMe();
    onClose();
  };
  return (
    <Dialog title={workspace ? "Rename the workspace" : "New workspace"} width="small" isOpen onClose={onClose}>
      <SchemaForm
        input={workspace ? WORKSPACES_UPDATE_INPUT : WORKSPACES_CREATE_INPUT}
        fields={["name"]}
        hints={workspace ? {} : { name: "You own the new workspace. It starts on the free tier." }}
        initial={workspace ? { name: workspace.name } : {}}
        action={workspace ? "Rename" : "Create workspace"}
        onSubmit={save}
        onCancel={onClose}
        isBusy={isRunning}
        error={error}
      />
    </Dialog>
  );
}
