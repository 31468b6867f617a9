/** The workspaces of the person. */
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Setting } from "../../ui/setting.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { useOwnClient } from "./own.ts";
import { TransferDialog } from "./transfer-dialog.tsx";
import { WorkspaceLine, type WorkspaceStep } from "./workspace-line.tsx";

const WorkspaceNameDialog = lazyPart(() => import("./name-dialogs.tsx"), "WorkspaceNameDialog");
const PAGE_SIZE = 50;

export function Workspaces() {
  const { workspaces } = useSession();
  const [step, setStep] = useState<WorkspaceStep>();
  const list = useList({
    key: ["workspaces", "list"],
    page: (client, at, call) => client.workspaces.list(at, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const denied = useCreateDenied();
  const close = () => setStep(undefined);
  return (
    <Setting
      title="Your workspaces"
      about={
        <Button size="small" denied={denied} onClick={() => setStep({ kind: "create" })}>
          <Plus aria-hidden className="size-3.5" />
          New workspace
        </Button>
      }
    >
      <ShortList label="Workspaces" list={list} idOf={({ id }) => id} empty="No workspaces.">
        {(workspace) => (
          <WorkspaceLine workspace={workspace} isOwn={workspace.id === workspaces[0]?.id} onChoose={setStep} />
        )}
      </ShortList>
      {denied && <p className="mt-3 text-sm text-ink-3">{denied}</p>}
      <Suspense>
        {step?.kind === "create" && <WorkspaceNameDialog onClose={close} />}
        {step?.kind === "rename" && <WorkspaceNameDialog workspace={step.workspace} onClose={close} />}
      </Suspense>
      {step?.kind === "transfer" && <TransferDialog workspace={step.workspace} onClose={close} />}
    </Setting>
  );
}

/** The tier of the person's first workspace decides whether they may create another one. */
function useCreateDenied(): string | undefined {
  const own = useOwnClient();
  const { workspaces } = useSession();
  const { data, isError } = useQuery({
    queryKey: [workspaces[0]?.id, "tiers", "get"],
    queryFn: ({ signal }) => own.tiers.get({}, { signal }),
  });
  if (isError) return "The tier of your first workspace could not be read.";
  if (!data) return "The tier of your first workspace is loading.";
  if (data.limits.multi_workspace_enabled) return undefined;
  return `The agency tier allows more workspaces; your first workspace is on the ${data.tier_name} tier.`;
}
