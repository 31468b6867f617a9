/** The graph in the shapes of the drawing library. Unchanged nodes stay the same objects and do not render again. */
import { type Edge, MarkerType, type Node, Position } from "@xyflow/react";
import { type Point, SIZES } from "./graph-layout.ts";
import type { Graph, GraphEdge, GraphNode } from "./graph-model.ts";

export interface CardData extends Record<string, unknown> {
  node: GraphNode;
  /** Tab reaches this node. */
  isStop: boolean;
  toggle: (group: string) => void;
}

export type FlowNode = Node<CardData, "card">;
export type FlowEdge = Edge<{ kind: GraphEdge["kind"] | "starts" }, "line">;

export interface FlowView {
  points: ReadonlyMap<string, Point>;
  stop: string | undefined;
  toggle: (group: string) => void;
}

export function flowNodes(
  graph: Graph,
  { points, stop, toggle }: FlowView,
  before: ReadonlyMap<string, FlowNode>,
): FlowNode[] {
  return graph.nodes.map((node) => {
    const at = points.get(node.id) ?? { x: 0, y: 0 };
    const old = before.get(node.id);
    const isStop = node.id === stop;
    const isSame = old && isSameNode(old.data.node, node) && old.data.isStop === isStop;
    if (isSame && old.position.x === at.x && old.position.y === at.y && old.data.toggle === toggle) return old;
    return flowNode(node, at, { node, isStop, toggle });
  });
}

function flowNode(node: GraphNode, position: Point, data: CardData): FlowNode {
  const size = SIZES[node.kind];
  const handle = { y: size.height / 2, width: 1, height: 1 };
  return {
    id: node.id,
    type: "card",
    position,
    data,
    ...size,
    measured: size,
    // Handles given here place the edges before anything is measured.
    handles: [
      { ...handle, type: "target", position: Position.Left, x: 0 },
      { ...handle, type: "source", position: Position.Right, x: size.width },
    ],
  };
}

function isSameNode(a: GraphNode, b: GraphNode): boolean {
  if (a.kind === "task" && b.kind === "task") return a.task === b.task && a.below === b.below;
  if (a.kind === "starter" && b.kind === "starter") return a.task === b.task;
  if (a.kind !== "group" || b.kind !== "group") return false;
  return a.count === b.count && a.below === b.below && a.isOpen === b.isOpen;
}

/** `near`: the current node, whose edges stand out. */
export function flowEdges({ nodes, edges }: Graph, near: string | undefined): FlowEdge[] {
  const starters = new Set(nodes.flatMap(({ kind, id }) => (kind === "starter" ? [id] : [])));
  return edges.map(({ id, source, target, kind }) => ({
    id,
    source,
    target,
    type: "line",
    data: { kind: starters.has(source) ? "starts" : kind },
    // The cards and the tree give the same information in words.
    domAttributes: { "aria-hidden": true },
    className: [kind, (source === near || target === near) && "near"].filter(Boolean).join(" "),
    ...(kind === "waits" && { markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 } }),
  }));
}

/** Graphs of the same shape have the same layout, so nothing moves. */
export const shapeOf = ({ edges, nodes }: Graph): string =>
  [...nodes.map(({ id }) => id), ...edges.filter(({ kind }) => kind === "gave").map(({ id }) => id)].join("\n");
