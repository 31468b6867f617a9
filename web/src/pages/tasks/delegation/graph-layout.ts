/** The position of each node of the graph. */
import { Graph as Dagre, layout } from "@dagrejs/dagre";
import type { Graph, GraphNode } from "./graph-model.ts";

export interface Point {
  x: number;
  y: number;
}

/** Sizes in pixels. */
export const SIZES: Record<GraphNode["kind"], { width: number; height: number }> = {
  task: { width: 232, height: 66 },
  group: { width: 232, height: 36 },
  starter: { width: 200, height: 32 },
};
const BETWEEN_SIBLINGS_PX = 12;
const BETWEEN_LEVELS_PX = 36;
/** The creator stands above the first task, so that it takes no column. */
const BELOW_STARTER_PX = 20;
const ABOVE_PX = SIZES.starter.height + BELOW_STARTER_PX;
/** The line of the creator starts below its sign. */
const STARTER_LINE_PX = 22;

/** Returns positions from left to right, one column per level, siblings in order. `anchor` keeps its position. */
export function layoutOf(graph: Graph, anchor?: { id: string; at: Point }): ReadonlyMap<string, Point> {
  const dagre = new Dagre();
  dagre.setGraph({ rankdir: "LR", nodesep: BETWEEN_SIBLINGS_PX, ranksep: BETWEEN_LEVELS_PX });
  const isStarter = new Set(graph.nodes.flatMap(({ kind, id }) => (kind === "starter" ? [id] : [])));
  const starters = new Map(
    graph.edges.flatMap(({ source, target }) => (isStarter.has(source) ? [[source, target] as const] : [])),
  );
  const firsts = new Set(starters.values());
  for (const { id, kind } of graph.nodes) {
    const { width, height } = SIZES[kind];
    if (!starters.has(id)) dagre.setNode(id, { width, height: height + (firsts.has(id) ? 2 * ABOVE_PX : 0) });
  }
  // Only parent edges shape the layout: a column is a level, and dependencies are arcs.
  for (const { kind, source, target } of graph.edges)
    if (kind === "gave" && !starters.has(source)) dagre.setEdge(source, target, {});
  // The nodes come in order, and a tree that keeps the order has no crossing edges.
  layout(dagre, { disableOptimalOrderHeuristic: true });
  const points = new Map<string, Point>();
  for (const { id, kind } of graph.nodes) if (!starters.has(id)) points.set(id, cornerOf(dagre.node(id), SIZES[kind]));
  for (const [id, first] of starters) {
    const { x, y } = points.get(first) ?? { x: 0, y: 0 };
    points.set(id, { x, y: y - ABOVE_PX });
  }
  const placed = anchor && points.get(anchor.id);
  if (!placed) return points;
  const [dx, dy] = [anchor.at.x - placed.x, anchor.at.y - placed.y];
  return new Map([...points].map(([id, { x, y }]) => [id, { x: x + dx, y: y + dy }]));
}

function cornerOf(center: { x?: number; y?: number }, { width, height }: { width: number; height: number }): Point {
  return { x: Math.round((center.x ?? 0) - width / 2), y: Math.round((center.y ?? 0) - height / 2) };
}

/** Returns the path of an edge: a line from the creator, a bracket to a subtask, an arc to a waiting task. */
export function edgePath(kind: "starts" | "gave" | "waits", from: Point, to: Point, toWidth: number): string {
  if (kind === "starts") {
    const top = to.y - SIZES.task.height / 2;
    return `M${to.x + STARTER_LINE_PX},${top - BELOW_STARTER_PX} L${to.x + STARTER_LINE_PX},${top}`;
  }
  if (kind === "gave") return bracket(from, to);
  if (to.x > from.x) {
    const reach = (to.x - from.x) / 2;
    return `M${from.x},${from.y} C${from.x + reach},${from.y} ${to.x - reach},${to.y} ${to.x},${to.y}`;
  }
  const end = to.x + toWidth;
  const reach = Math.max(from.x, end) + 20 + Math.min(36, Math.abs(to.y - from.y) / 8);
  return `M${from.x},${from.y} C${reach},${from.y} ${reach},${to.y} ${end},${to.y}`;
}

const TRUNK_PX = 20;
const CORNER_PX = 8;

/** The edges to all subtasks of a task share one trunk. */
function bracket(from: Point, to: Point): string {
  const height = to.y - from.y;
  const trunk = from.x + TRUNK_PX;
  if (Math.abs(height) < 2) return `M${from.x},${from.y} L${to.x},${to.y}`;
  const corner = Math.min(CORNER_PX, Math.abs(height) / 2);
  const turn = Math.sign(height) * corner;
  return [
    `M${from.x},${from.y} L${trunk - corner},${from.y}`,
    `Q${trunk},${from.y} ${trunk},${from.y + turn}`,
    `L${trunk},${to.y - turn}`,
    `Q${trunk},${to.y} ${trunk + corner},${to.y} L${to.x},${to.y}`,
  ].join(" ");
}
