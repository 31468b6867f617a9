/** The current workspace, and a menu of the person's workspaces. */
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import { useSession, withArticle } from "../data/session.tsx";
import { Menu } from "../ui/menu.tsx";

export function WorkspaceMenu({ isNarrow }: { isNarrow: boolean }) {
  const { workspace, workspaces } = useSession();
  const navigate = useNavigate();
  const go = (id: string) => void navigate({ to: "/inbox", search: { workspace: id } });
  return (
    <Menu
      entries={[
        { heading: "Workspaces" },
        ...workspaces.map(({ id, name, role }) => ({
          label: name,
          about: role === null ? "" : `you are ${withArticle(role)}`,
          isChecked: id === workspace.id,
          onSelect: () => go(id),
        })),
      ]}
      trigger={
        <button
          type="button"
          aria-label={`Workspace: ${workspace.name}`}
          className="flex h-9 min-w-0 grow items-center gap-2 rounded px-1.5 hover:bg-hover"
        >
          <img src="/icon.svg" alt="" className="size-6 shrink-0" />
          {!isNarrow && (
            <>
              <bdi className="grow truncate text-left font-semibold">{workspace.name}</bdi>
              <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
            </>
          )}
        </button>
      }
    />
  );
}
