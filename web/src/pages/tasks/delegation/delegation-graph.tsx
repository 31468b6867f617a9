/** The delegated tasks of a tree as a live graph; the key t switches to a tree. */
import { ReactFlowProvider } from "@xyflow/react";
import { Workflow } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { useHotkeys } from "../../../ui/keys.ts";
import { lazyPart } from "../../../ui/lazy-part.tsx";
import { Empty, ErrorState, Skeleton, StaleBar } from "../../../ui/states.tsx";
import { useIsPhone } from "../../../ui/use-media.ts";
import { GraphCanvas } from "./graph-canvas.tsx";
import { buildTree } from "./tree.ts";
import { useTreeTasks } from "./use-tree-tasks.ts";

/** On a phone the tree takes the place of the graph. */
const DelegationTree = lazyPart(() => import("./delegation-tree.tsx"), "DelegationTree");

/** A larger tree, and every tree on a phone, is easier to read as a tree. */
const GRAPH_NODES_MAX = 12;

export function DelegationGraph({ rootId }: { rootId: string }) {
  const [chosen, choose] = useState<"tree" | "graph">();
  const isPhone = useIsPhone();
  const { list, tasks, isReading } = useTreeTasks(rootId);
  if (list.isLoading || isReading) return <Skeleton lines={6} className="p-4" />;
  const view = chosen ?? (isPhone || tasks.length > GRAPH_NODES_MAX ? "tree" : "graph");
  if (view === "tree") return <AsTree rootId={rootId} onGraph={() => choose("graph")} />;
  return <Drawn key={rootId} rootId={rootId} onTree={() => choose("tree")} />;
}

function Drawn({ rootId, onTree }: { rootId: string; onTree: () => void }) {
  const { list, tasks, isCut, isReading } = useTreeTasks(rootId);
  const roots = useMemo(() => buildTree(tasks, rootId, !isCut), [tasks, rootId, isCut]);
  if (list.isLoading || isReading) return <Skeleton lines={6} className="p-4" />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  if (roots.length === 0) return <Empty title="There is no task with this id." />;
  return (
    <div className="flex min-h-0 grow flex-col">
      {list.isStale && <StaleBar retry={list.reload} />}
      {isCut && (
        <p role="status" className="border-b border-line px-4 py-1.5 text-sm text-ink-2">
          This shows the newest {list.rows.length.toLocaleString("en-US")} tasks of the tree and their parents. There
          are more.
        </p>
      )}
      <ReactFlowProvider>
        <GraphCanvas roots={roots} onTree={onTree} />
      </ReactFlowProvider>
    </div>
  );
}

function AsTree({ rootId, onGraph }: { rootId: string; onGraph: () => void }) {
  useHotkeys([{ keys: "t", label: "Show as graph", run: onGraph }]);
  return (
    <div className="relative min-h-0 grow overflow-y-auto p-4">
      <div className="absolute top-3 right-4">
        <Button size="small" keys="t" onClick={onGraph}>
          <Workflow aria-hidden className="size-4" />
          Show as graph
        </Button>
      </div>
      <DelegationTree rootId={rootId} currentId={undefined} />
    </div>
  );
}
