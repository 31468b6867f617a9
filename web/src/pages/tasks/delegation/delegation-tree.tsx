/** The delegated tasks as a tree. Keyboard: arrows, Home and End move, Enter opens a task. */
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTaskCosts } from "../../../data/task-costs.ts";
import { Spend } from "../../../domain/usage/spend.tsx";
import { counted } from "../../../ui/count.tsx";
import { ErrorState, Skeleton, StaleBar } from "../../../ui/states.tsx";
import { buildTree, type Cost, rowsOf, sumOf, type TreeNode, type TreeRow } from "./tree.ts";
import { CostText, TreeRowLink } from "./tree-row.tsx";
import { useTreeTasks } from "./use-tree-tasks.ts";

/** A larger tree starts closed, except for the path to the current task. */
const OPEN_MAX = 120;

export function DelegationTree({ rootId, currentId }: { rootId: string; currentId: string | undefined }) {
  const { list, tasks, isCut } = useTreeTasks(rootId);
  const nodes = useMemo(() => buildTree(tasks, rootId, !isCut), [tasks, rootId, isCut]);
  if (list.isLoading) return <Skeleton lines={6} />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  return (
    <div className="@container">
      {list.isStale && <StaleBar retry={list.reload} />}
      <Summary nodes={nodes} count={list.rows.length} isCut={isCut} />
      <Tree nodes={nodes} count={list.rows.length} currentId={currentId} />
    </div>
  );
}

interface SummaryProps {
  nodes: readonly TreeNode[];
  count: number;
  isCut: boolean;
}

function Summary({ nodes, count, isCut }: SummaryProps) {
  const cost = sumOf(
    nodes.map((node) => node.cost),
    !isCut,
  );
  const root = nodes.length === 1 ? nodes[0] : undefined;
  const hasOrphans = nodes.some(({ isParentMissing }) => isParentMissing);
  return (
    <p className="mb-2 text-sm text-ink-3">
      {isCut ? `The newest ${counted(count, "task")}; there are more` : counted(count, "task")}
      <TreeSum root={isCut ? undefined : root} cost={cost} />
      {hasOrphans && " · some stand apart, because their parent is not shown"}
    </p>
  );
}

/** The sum that the row of the only root shows; with more roots, the sum of what the tasks report. */
function TreeSum({ root, cost }: { root: TreeNode | undefined; cost: Cost }) {
  const costs = useTaskCosts(root?.task.id);
  if (costs?.inclusive.calls) {
    return (
      <>
        {" · cost "}
        <Spend of={costs.inclusive} />
      </>
    );
  }
  if (!cost.usd) return null;
  return (
    <>
      {" · cost "}
      <CostText cost={cost} />
    </>
  );
}

interface TreeProps {
  nodes: readonly TreeNode[];
  count: number;
  currentId: string | undefined;
}

function Tree({ nodes, count, currentId }: TreeProps) {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [focused, setFocused] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const closed = useMemo(() => closedOf(nodes, count, currentId, toggled), [nodes, count, currentId, toggled]);
  const rows = useMemo(() => rowsOf(nodes, closed), [nodes, closed]);
  const toggle = (id: string, isOpen: boolean) => setToggled(new Map(toggled).set(id, isOpen));
  const stop = [focused, currentId].find((id) => rows.some(({ node }) => node.task.id === id)) ?? rows[0]?.node.task.id;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = stepOf(event.key, rows, stop);
    if (!step) return;
    event.preventDefault();
    if (step.isOpen !== undefined) toggle(step.id, step.isOpen);
    else tree.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(step.id)}"]`)?.focus();
  };
  const hasCosts = nodes.some(({ cost }) => cost.usd !== undefined && cost.usd > 0);
  return (
    <div ref={tree} role="tree" aria-label="Delegation" tabIndex={-1} className="-mx-1" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <TreeRowLink
          key={row.node.task.id}
          row={row}
          isCurrent={row.node.task.id === currentId}
          isStop={row.node.task.id === stop}
          hasCosts={hasCosts}
          onToggle={() => toggle(row.node.task.id, !row.isOpen)}
          onFocus={() => setFocused(row.node.task.id)}
        />
      ))}
    </div>
  );
}

/** Rows keep the state that the person chose. Others are open, or in a large tree only those on the current path. */
function closedOf(
  nodes: readonly TreeNode[],
  count: number,
  currentId: string | undefined,
  toggled: ReadonlyMap<string, boolean>,
): ReadonlySet<string> {
  const closed = new Set<string>();
  const visit = (node: TreeNode): boolean => {
    const { id } = node.task;
    const leads = node.children.map(visit).includes(true);
    const isOpen = toggled.get(id) ?? (count <= OPEN_MAX || node.depth === 0 || leads);
    if (!isOpen && node.children.length > 0) closed.add(id);
    return leads || id === currentId;
  };
  for (const node of nodes) visit(node);
  return closed;
}

interface Step {
  /** The row to go to; with `isOpen`, the row to open or close. */
  id: string;
  isOpen?: boolean;
}

function stepOf(key: string, rows: readonly TreeRow[], stop: string | undefined): Step | undefined {
  const at = rows.findIndex(({ node }) => node.task.id === stop);
  const row = rows[at];
  if (!row) return undefined;
  const { id } = row.node.task;
  const hasBelow = row.node.children.length > 0;
  const to = (target: TreeRow | undefined): Step | undefined => target && { id: target.node.task.id };
  if (key === "ArrowDown") return to(rows[at + 1]);
  if (key === "ArrowUp") return to(rows[at - 1]);
  if (key === "Home") return to(rows[0]);
  if (key === "End") return to(rows.at(-1));
  if (key === "ArrowRight" && hasBelow) return row.isOpen ? to(rows[at + 1]) : { id, isOpen: true };
  if (key !== "ArrowLeft") return undefined;
  if (hasBelow && row.isOpen) return { id, isOpen: false };
  return to(rows.slice(0, at).findLast(({ node }) => node.depth < row.node.depth));
}
