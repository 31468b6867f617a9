/** The workspaces that the person is in. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { useOwnClient } from "./own.ts";
import { TransferDialog } from "./transfer-dialog.tsx";
import { WorkspaceLine, type WorkspaceQuestion } from "./workspace-line.tsx";

const WorkspaceNameDialog = lazy(() =>
  import("./name-dialogs.tsx").then(({ WorkspaceNameDialog }) => ({ default: WorkspaceNameDialog })),
);
const PAGE_SIZE = 50;

export function Workspaces() {
  const { workspaces } = useSession();
  const [asked, setAsked] = useState<WorkspaceQuestion>();
  const list = useList({
    key: ["workspaces", "list"],
    page: (client, at, call) => client.workspaces.list(at, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const denied = useCreateDenied();
  const close = () => setAsked(undefined);
  return (
    <Section
      title="Workspaces you are in"
      about={
        <Button size="small" denied={denied} onClick={() => setAsked({ kind: "create" })}>
          <Plus aria-hidden className="size-3.5" />
          New workspace
        </Button>
      }
    >
      <ShortList label="Workspaces" list={list} idOf={({ id }) => id} empty="You are in no workspace.">
        {(workspace) => (
          <WorkspaceLine workspace={workspace} isOwn={workspace.id === workspaces[0]?.id} onAsk={setAsked} />
        )}
      </ShortList>
      {denied && <p className="mt-3 text-sm text-ink-3">{denied}</p>}
      <Suspense>
        {asked?.kind === "create" && <WorkspaceNameDialog onClose={close} />}
        {asked?.kind === "rename" && <WorkspaceNameDialog workspace={asked.workspace} onClose={close} />}
      </Suspense>
      {asked?.kind === "transfer" && <TransferDialog workspace={asked.workspace} onClose={close} />}
    </Section>
  );
}

/** Another workspace comes with the tier of one's own, whichever is chosen now. */
function useCreateDenied(): string | undefined {
  const own = useOwnClient();
  const { workspaces } = useSession();
  const { data, isError } = useQuery({
    queryKey: [workspaces[0]?.id, "tiers", "get"],
    queryFn: ({ signal }) => own.tiers.get({}, { signal }),
  });
  if (isError) return "The tier of your own workspace is unknown: it could not be read.";
  if (!data) return "Reading what the tier of your own workspace allows.";
  if (data.limits.multi_workspace_enabled) return undefined;
  return `More workspaces come with the agency tier; your own is on the ${data.tier_name} tier.`;
}
