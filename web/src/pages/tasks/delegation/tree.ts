/** The tree of the tasks with one root, and the cost of each part. Pure. */
import type { TaskRow } from "../../../data/tasks.ts";

/** A known cost. `usd` is undefined when nothing is known; `isExact` is true when nothing is missing. */
export interface Cost {
  usd: number | undefined;
  isExact: boolean;
}

export interface TreeNode {
  task: TaskRow;
  /** Oldest first. */
  children: TreeNode[];
  depth: number;
  /** The cost of the task and all tasks below it. */
  cost: Cost;
  /** The number of tasks below it. */
  below: number;
  /** The number of completed tasks below it. */
  completed: number;
  /** The parent is not among the known tasks. */
  isParentMissing: boolean;
}

/** Returns the root first, then tasks with unknown parents. In a part of a tree (`isWhole` false) no sum is exact. */
export function buildTree(tasks: readonly TaskRow[], rootId: string, isWhole = true): TreeNode[] {
  const ordered = [...tasks].sort(byAge);
  const known = new Set(tasks.map(({ id }) => id));
  const below = new Map<string, TaskRow[]>();
  for (const task of ordered) {
    const parent = parentOf(task, known);
    if (parent === undefined) continue;
    const siblings = below.get(parent);
    if (siblings) siblings.push(task);
    else below.set(parent, [task]);
  }
  const tops = ordered.filter((task) => parentOf(task, known) === undefined);
  const first = tops.filter(({ id }) => id === rootId);
  return [...first, ...tops.filter(({ id }) => id !== rootId)].map((task) => nodeOf(task, { below, isWhole }, 0));
}

const byAge = (a: TaskRow, b: TaskRow): number => a.created_at.localeCompare(b.created_at) || (a.id < b.id ? -1 : 1);

const parentOf = ({ parent_task_id: parent }: TaskRow, known: ReadonlySet<string>): string | undefined =>
  parent !== null && known.has(parent) ? parent : undefined;

interface Family {
  below: ReadonlyMap<string, TaskRow[]>;
  isWhole: boolean;
}

function nodeOf(task: TaskRow, family: Family, depth: number): TreeNode {
  const children = (family.below.get(task.id) ?? []).map((child) => nodeOf(child, family, depth + 1));
  return {
    task,
    children,
    depth,
    cost: sumOf([ownCost(task), ...children.map(({ cost }) => cost)], family.isWhole),
    below: children.reduce((sum, child) => sum + child.below + 1, 0),
    completed: children.reduce((sum, child) => sum + child.completed + Number(child.task.status === "completed"), 0),
    isParentMissing: depth === 0 && task.parent_task_id !== null,
  };
}

/** The cost of one task alone. A started task without telemetry is unknown; one that never started is free. */
export function ownCost({ cost_usd, started_at }: TaskRow): Cost {
  if (cost_usd !== null) return { usd: cost_usd, isExact: true };
  return started_at === null ? { usd: 0, isExact: true } : { usd: undefined, isExact: false };
}

/** Adds costs. A sum of zero with unknown parts is unknown. */
export function sumOf(costs: readonly Cost[], isWhole = true): Cost {
  const isExact = isWhole && costs.every((cost) => cost.isExact);
  const usd = costs.reduce((sum, cost) => sum + (cost.usd ?? 0), 0);
  return { usd: isExact || usd > 0 ? usd : undefined, isExact };
}

export interface TreeRow {
  node: TreeNode;
  isOpen: boolean;
  /** The place among its siblings, from 1. */
  place: number;
  siblings: number;
}

/** Returns the visible rows; the tasks in `closed` hide the rows below them. */
export function rowsOf(nodes: readonly TreeNode[], closed: ReadonlySet<string>): TreeRow[] {
  return nodes.flatMap((node, at) => {
    const isOpen = !closed.has(node.task.id);
    const row = { node, isOpen, place: at + 1, siblings: nodes.length };
    return isOpen ? [row, ...rowsOf(node.children, closed)] : [row];
  });
}

/** Returns the milliseconds from start to end, or until now; undefined before the start. */
export function durationOf({ started_at, finished_at }: TaskRow, now: number): number | undefined {
  if (started_at === null) return undefined;
  return Math.max(0, (finished_at === null ? now : Date.parse(finished_at)) - Date.parse(started_at));
}
