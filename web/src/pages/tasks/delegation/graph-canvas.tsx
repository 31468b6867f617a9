/** The canvas of the graph: mouse, touch and keyboard move it, and every card is a link. */
import { TASK_STATUSES, type TaskStatus } from "@bailiwick/sdk";
import { BaseEdge, type EdgeProps, MiniMap, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import "./graph.css";
import { ListTree, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type FocusEvent, type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { useHotkeys } from "../../../ui/keys.ts";
import { useIsPhone } from "../../../ui/use-media.ts";
import type { FlowEdge, FlowNode } from "./flow.ts";
import { Card } from "./graph-cards.tsx";
import { edgePath, SIZES } from "./graph-layout.ts";
import { type Direction, neighbourOf } from "./graph-model.ts";
import type { TreeNode } from "./tree.ts";
import { useGraph } from "./use-graph.ts";

const NODE_TYPES = { card: Card };
const EDGE_TYPES = { line: Line };
/** The words of a card have 12 px, and a smaller zoom would draw them smaller. */
const ZOOM_MIN = 1;
const ZOOM_MAX = 1.5;
/** Shift with an arrow moves the view this far. */
const PAN_PX = 120;
const EDGE_PX = 24;
/** The height that the tools cover at the top. */
const TOOLS_PX = 52;

const READ_ONLY = {
  nodesDraggable: false,
  nodesConnectable: false,
  nodesFocusable: false,
  edgesFocusable: false,
  elementsSelectable: false,
  disableKeyboardA11y: true,
  zoomOnDoubleClick: false,
  // Its license, MIT, permits this.
  proOptions: { hideAttribution: true },
} as const;

/** The padding keeps the graph clear of the buttons. */
const ROOM = { top: "56px", right: "24px", bottom: "24px", left: "24px" } as const;

export function GraphCanvas({ roots, onTree }: { roots: readonly TreeNode[]; onTree: () => void }) {
  const { graph, nodes, edges, stop, isMoving, setFocused, setHovered } = useGraph(roots);
  const isPhone = useIsPhone();
  const view = useView();
  const canvas = useRef<HTMLElement>(null);
  const isLarge = useFirstView(nodes);
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) return view.pan(direction);
    const next = stop === undefined ? undefined : neighbourOf(graph, stop, direction);
    const card = next && canvas.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(next)}"]`);
    if (card) card.focus({ preventScroll: true });
  };
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const id = target.dataset.node;
    if (id === undefined) return;
    setFocused(id);
    if (target.matches(":focus-visible")) view.show(id);
  };
  return (
    <section
      ref={canvas}
      aria-label="Delegation graph"
      className="relative min-h-0 grow"
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      <ReactFlow
        {...READ_ONLY}
        className="delegation-graph"
        data-moving={isMoving || undefined}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        minZoom={ZOOM_MIN}
        maxZoom={ZOOM_MAX}
        onNodeMouseEnter={(_, { id }) => setHovered(id)}
        onNodeMouseLeave={() => setHovered(undefined)}
      >
        {isLarge && !isPhone && (
          <MiniMap<FlowNode>
            pannable
            zoomable
            position="bottom-left"
            nodeClassName={mapClass}
            ariaLabel="Map of the graph"
          />
        )}
      </ReactFlow>
      <Tools view={view} onTree={onTree} />
    </section>
  );
}

const DIRECTIONS: Partial<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

const mapClass = ({ data: { node } }: FlowNode): string => (node.kind === "task" ? node.task.status : "");

function Line({ sourceX, sourceY, targetX, targetY, data, markerEnd }: EdgeProps<FlowEdge>) {
  const from = { x: sourceX, y: sourceY };
  const path = edgePath(data?.kind ?? "gave", from, { x: targetX, y: targetY }, SIZES.task.width);
  return <BaseEdge path={path} interactionWidth={0} {...(markerEnd !== undefined && { markerEnd })} />;
}

type View = ReturnType<typeof useView>;

function useView() {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const size = useRef({ width: 0, height: 0 });
  size.current = { width: useStore(({ width }) => width), height: useStore(({ height }) => height) };
  const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const move = () => (isStill() ? {} : { duration: 150 });
  return {
    zoomIn: () => void flow.zoomIn(move()),
    zoomOut: () => void flow.zoomOut(move()),
    fit: () => void flow.fitView({ ...move(), padding: ROOM, maxZoom: 1 }),
    pan(direction: Direction) {
      const { x, y, zoom } = flow.getViewport();
      const [dx, dy] = { up: [0, 1], down: [0, -1], left: [1, 0], right: [-1, 0] }[direction] as [number, number];
      void flow.setViewport({ x: x + dx * PAN_PX, y: y + dy * PAN_PX, zoom });
    },
    /** Moves the view just enough to show the node. */
    show(id: string) {
      const node = flow.getNode(id);
      if (!node) return;
      const { x, y, zoom } = flow.getViewport();
      const by = (at: number, length: number, room: number, before = EDGE_PX) =>
        Math.max(0, before - at) || Math.min(0, room - EDGE_PX - (at + length));
      const dx = by(node.position.x * zoom + x, (node.width ?? 0) * zoom, size.current.width);
      const dy = by(node.position.y * zoom + y, (node.height ?? 0) * zoom, size.current.height, TOOLS_PX);
      if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, move());
    },
  };
}

/**
 * Shows the whole graph if it fits, otherwise the task that needs work, otherwise the start. Returns whether the graph
 * is larger than the canvas.
 */
function useFirstView(nodes: readonly FlowNode[]): boolean {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const height = useStore((state) => state.height);
  const width = useStore((state) => state.width);
  const isDone = useRef(false);
  const bounds = useMemo(() => flow.getNodesBounds([...nodes]), [flow, nodes]);
  const isLow = bounds.height <= height - 2 * TOOLS_PX;
  const isLarge = height > 0 && (!isLow || bounds.width > width - 2 * EDGE_PX);
  useEffect(() => {
    const [first] = nodes;
    if (isDone.current || !first || height === 0) return;
    isDone.current = true;
    if (!isLarge) {
      void flow.fitView({ padding: ROOM, maxZoom: 1 });
      return;
    }
    const needy = ATTENTION.map((status) => nodes.find((node) => statusOf(node) === status)).find(Boolean);
    const { x, y } = (needy ?? first).position;
    const fromStart = EDGE_PX - bounds.x;
    const isSeen = !needy || x + fromStart + SIZES.task.width <= width - EDGE_PX;
    void flow.setViewport({
      x: isSeen ? fromStart : width - EDGE_PX - SIZES.task.width - x,
      y: isLow ? (height - bounds.height) / 2 - bounds.y : (height - SIZES.task.height) / 2 - y,
      zoom: 1,
    });
  }, [flow, height, nodes, width, bounds, isLow, isLarge]);
  return isLarge;
}

/** The states that need a person, the most urgent first. */
const ATTENTION: readonly TaskStatus[] = TASK_STATUSES.filter((status) => status === "blocked" || status === "failed");

const statusOf = ({ data: { node } }: FlowNode): TaskStatus | undefined =>
  node.kind === "task" ? node.task.status : undefined;

function Tools({ view, onTree }: { view: View; onTree: () => void }) {
  useHotkeys([
    { keys: "t", label: "Show as tree", run: onTree },
    { keys: "+", label: "Zoom in", isMove: true, run: view.zoomIn },
    { keys: "-", label: "Zoom out", isMove: true, run: view.zoomOut },
    { keys: "0", label: "Fit the graph", isMove: true, run: view.fit },
  ]);
  return (
    <div className="absolute top-3 right-3 z-10 flex items-center gap-1">
      <Button size="small" keys="t" onClick={onTree}>
        <ListTree aria-hidden className="size-4" />
        Show as tree
      </Button>
      <Button size="small" label="Zoom in" keys="+" onClick={view.zoomIn}>
        <ZoomIn aria-hidden className="size-4" />
      </Button>
      <Button size="small" label="Zoom out" keys="-" onClick={view.zoomOut}>
        <ZoomOut aria-hidden className="size-4" />
      </Button>
      <Button size="small" label="Fit the graph" keys="0" onClick={view.fit}>
        <Maximize aria-hidden className="size-4" />
      </Button>
    </div>
  );
}
