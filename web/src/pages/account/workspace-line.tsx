/** One workspace and its actions. */
import type { Workspace } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { deniedTo, useSession } from "../../data/session.tsx";
import { tierName } from "../../domain/tier-words.ts";
import { Button } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Time } from "../../ui/time.tsx";
import { ROLE_NAMES } from "./roles.ts";

export type WorkspaceStep = { kind: "create" } | { kind: "rename" | "transfer"; workspace: Workspace };

interface LineProps {
  workspace: Workspace;
  /** The person's first workspace. */
  isOwn: boolean;
  onChoose: (step: WorkspaceStep) => void;
}

export function WorkspaceLine({ workspace, isOwn, onChoose }: LineProps) {
  const { workspace: chosen } = useSession();
  const navigate = useNavigate();
  const { id, name } = workspace;
  const switchTo = () =>
    void navigate({ to: "/account", search: { tab: "workspaces", workspace: isOwn ? undefined : id } });
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 grow">
        <div className="flex min-w-0 items-center gap-2">
          <bdi className="truncate font-medium">{name}</bdi>
          {id === chosen.id && (
            <span className="shrink-0 rounded-full bg-completed-soft px-2 text-xs font-medium text-completed">
              This one
            </span>
          )}
        </div>
        <WorkspaceFigures workspace={workspace} />
      </div>
      {id !== chosen.id && (
        <Button size="small" label={`Switch to ${name.slice(0, 60)}`} onClick={switchTo}>
          Switch
        </Button>
      )}
      <Menu
        trigger={
          <Button size="icon" look="quiet" label={`Actions for ${name.slice(0, 60)}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          {
            label: "Rename…",
            denied: deniedTo(workspace.role, "workspaces:write"),
            onSelect: () => onChoose({ kind: "rename", workspace }),
          },
          {
            label: "Transfer to another member…",
            denied: transferDenied(workspace, isOwn),
            onSelect: () => onChoose({ kind: "transfer", workspace }),
          },
        ]}
      />
    </div>
  );
}

function WorkspaceFigures({ workspace: { role, tier_name, created_at } }: { workspace: Workspace }) {
  return (
    <div className="flex flex-wrap gap-x-3 text-sm text-ink-3">
      <span>{ROLE_NAMES[role]}</span>
      <span>{tierName(tier_name)} tier</span>
      <span>
        created <Time at={created_at} />
      </span>
    </div>
  );
}

function transferDenied({ role }: Workspace, isOwn: boolean): string | undefined {
  if (isOwn) return "This is your first workspace, and it stays yours.";
  return deniedTo(role, "workspaces:own");
}
