/** The graph of a tree: its tasks, its creator, and groups of siblings that need no attention. Pure. */
import type { TaskRow } from "../../../data/tasks.ts";
import type { TreeNode } from "./tree.ts";

export type GraphNode =
  | { kind: "task"; id: string; task: TaskRow; below: number }
  | {
      kind: "group";
      id: string;
      status: TaskRow["status"];
      count: number;
      below: number;
      members: string[];
      isOpen: boolean;
    }
  | { kind: "starter"; id: string; task: TaskRow };

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  /** `gave`: the target is a subtask. `waits`: the target starts when the source is completed. */
  kind: "gave" | "waits";
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface GraphChoices {
  /** Groups that the person opened. */
  opened: ReadonlySet<string>;
  /** Tasks that are shown already or have the focus; no group takes them. */
  kept: ReadonlySet<string>;
}

/** Beyond this number of siblings, those that need no attention become groups. */
export const SIBLINGS_MAX = 12;

export function graphOf(roots: readonly TreeNode[], choices: GraphChoices): Graph {
  const graph: Graph = { nodes: [], edges: [] };
  for (const root of roots) {
    if (root.task.parent_task_id === null) {
      const id = `starter ${root.task.id}`;
      graph.nodes.push({ kind: "starter", id, task: root.task });
      graph.edges.push(edgeOf("gave", id, root.task.id));
    }
    addTask(graph, root, choices);
  }
  const shown = new Set(graph.nodes.map(({ id }) => id));
  for (const node of graph.nodes) {
    if (node.kind !== "task") continue;
    const waitsFor = node.task.depends_on.filter((id) => shown.has(id));
    graph.edges.push(...waitsFor.map((id) => edgeOf("waits", id, node.id)));
  }
  return graph;
}

const edgeOf = (kind: GraphEdge["kind"], source: string, target: string): GraphEdge => ({
  id: `${kind} ${source} ${target}`,
  source,
  target,
  kind,
});

function addTask(graph: Graph, node: TreeNode, choices: GraphChoices): void {
  const { id } = node.task;
  graph.nodes.push({ kind: "task", id, task: node.task, below: node.below });
  const groups = groupsOf(node, choices);
  const hidden = new Set(groups.filter(({ isOpen }) => !isOpen).flatMap(({ members }) => members));
  for (const child of node.children) {
    if (hidden.has(child.task.id)) continue;
    graph.edges.push(edgeOf("gave", id, child.task.id));
    addTask(graph, child, choices);
  }
  for (const group of groups) {
    graph.nodes.push(group);
    graph.edges.push(edgeOf("gave", id, group.id));
  }
}

type Group = Extract<GraphNode, { kind: "group" }>;

function groupsOf(parent: TreeNode, { opened, kept }: GraphChoices): Group[] {
  const { children } = parent;
  if (children.length <= SIBLINGS_MAX) return [];
  const calm = children.filter(isCalm);
  const groupOf = (child: TreeNode) => `${parent.task.id} ${child.task.status}`;
  // An opened group keeps its tasks, so that it can be closed again.
  const isFree = (child: TreeNode) => opened.has(groupOf(child)) || !hasAny(child, kept);
  const places = Math.max(0, SIBLINGS_MAX - children.length + calm.length);
  const grouped = new Map<string, TreeNode[]>();
  for (const child of calm.slice(places).filter(isFree)) {
    const id = groupOf(child);
    grouped.set(id, [...(grouped.get(id) ?? []), child]);
  }
  return [...grouped].flatMap(([id, members]) => {
    const [first] = members;
    if (!first || members.length < 2) return [];
    const below = members.reduce((sum, member) => sum + member.below, 0);
    const ids = members.map(({ task }) => task.id);
    return [
      { kind: "group", id, status: first.task.status, count: ids.length, below, members: ids, isOpen: opened.has(id) },
    ];
  });
}

/** Nothing in it runs, is blocked or failed; a queued task has no subtasks. */
function isCalm({ task, children }: TreeNode): boolean {
  if (task.status === "queued") return children.length === 0;
  return (task.status === "completed" || task.status === "canceled") && children.every(isCalm);
}

const hasAny = ({ task, children }: TreeNode, ids: ReadonlySet<string>): boolean =>
  ids.has(task.id) || children.some((child) => hasAny(child, ids));

export type Direction = "up" | "down" | "left" | "right";

/** Returns the node in a direction: right is the first subtask, left the parent, up and down are siblings. */
export function neighbourOf({ edges }: Graph, id: string, direction: Direction): string | undefined {
  const gave = edges.filter(({ kind }) => kind === "gave");
  const parent = gave.find(({ target }) => target === id)?.source;
  if (direction === "left") return parent;
  if (direction === "right") return gave.find(({ source }) => source === id)?.target;
  const siblings = gave.filter(({ source }) => source === parent).map(({ target }) => target);
  return siblings[siblings.indexOf(id) + (direction === "down" ? 1 : -1)];
}
