/** The graph of a changing tree. Its layout changes only when nodes are added or removed, around the current node. */
import { useEffect, useMemo, useRef, useState } from "react";
import { type FlowNode, flowEdges, flowNodes, shapeOf } from "./flow.ts";
import { layoutOf, type Point } from "./graph-layout.ts";
import { type Graph, graphOf } from "./graph-model.ts";
import type { TreeNode } from "./tree.ts";

/** Nodes slide to their new places in this time; `graph.css` has the same number. */
const SLIDE_MS = 150;

export function useGraph(roots: readonly TreeNode[]) {
  const { graph, toggle } = useShown(roots);
  const [focused, setFocused] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const points = usePoints(graph, focused ?? hovered);
  const isMoving = useIsMoving(points);
  const stop = graph.nodes.some(({ id }) => id === focused) ? focused : graph.nodes[0]?.id;
  const drawn = useRef<ReadonlyMap<string, FlowNode>>(new Map());
  const nodes = useMemo(() => flowNodes(graph, { points, stop, toggle }, drawn.current), [graph, points, stop, toggle]);
  const edges = useMemo(() => flowEdges(graph, hovered ?? focused), [graph, hovered, focused]);
  useEffect(() => {
    drawn.current = new Map(nodes.map((node) => [node.id, node]));
  }, [nodes]);
  return { graph, nodes, edges, stop, isMoving, setFocused, setHovered };
}

/** A shown task does not move into a group when it ends, so nothing vanishes while the person looks at it. */
function useShown(roots: readonly TreeNode[]) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const kept = useRef<ReadonlySet<string>>(new Set());
  const graph = useMemo(() => graphOf(roots, { opened, kept: kept.current }), [roots, opened]);
  const latest = useRef(graph);
  useEffect(() => {
    latest.current = graph;
    const inGroups = new Set(graph.nodes.flatMap((node) => (node.kind === "group" ? node.members : [])));
    const shown = graph.nodes.flatMap(({ kind, id }) => (kind === "task" && !inGroups.has(id) ? [id] : []));
    kept.current = new Set(shown.filter((id) => !isBelow(graph, id, inGroups)));
  }, [graph]);
  const [toggle] = useState(() => (group: string) => {
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(group)) next.add(group);
      return next;
    });
  });
  return { graph, toggle };
}

/** Returns whether one of `ids` is an ancestor. */
function isBelow({ edges }: Graph, id: string, ids: ReadonlySet<string>): boolean {
  if (ids.size === 0) return false;
  const parents = new Map(edges.flatMap(({ kind, source, target }) => (kind === "gave" ? [[target, source]] : [])));
  for (let at = parents.get(id); at !== undefined; at = parents.get(at)) if (ids.has(at)) return true;
  return false;
}

function usePoints(graph: Graph, current: string | undefined): ReadonlyMap<string, Point> {
  const shape = shapeOf(graph);
  const anchors = useRef<(string | undefined)[]>([]);
  anchors.current = [current, graph.nodes[0]?.id];
  const before = useRef<ReadonlyMap<string, Point>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape decides the layout.
  const points = useMemo(() => {
    const shown = new Set(graph.nodes.map(({ id }) => id));
    const id = anchors.current.find((one) => one !== undefined && shown.has(one) && before.current.has(one));
    const at = id === undefined ? undefined : before.current.get(id);
    return layoutOf(graph, id !== undefined && at ? { id, at } : undefined);
  }, [shape]);
  useEffect(() => {
    before.current = points;
  }, [points]);
  return points;
}

function useIsMoving(points: ReadonlyMap<string, Point>): boolean {
  const [isMoving, setMoving] = useState(false);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new points start a new move.
  useEffect(() => {
    if (isFirst.current || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      isFirst.current = false;
      return;
    }
    setMoving(true);
    const timer = setTimeout(() => setMoving(false), SLIDE_MS);
    return () => clearTimeout(timer);
  }, [points]);
  return isMoving;
}
