/** The events of a run as a tree: a span of a trace names the span above it. */
import { usdFromNanos } from "../kernel/money.ts";
import type { RunNode } from "./run-schema.ts";
import type { EventRow } from "./schema.ts";
import { toWire } from "./to-wire.ts";

interface Branch {
  event: EventRow;
  parent: Branch | undefined;
  below: Branch[];
}

/** Each event comes before those below it. An event whose parent is not there stands at the top. */
export function treeOf(events: readonly EventRow[]): RunNode[] {
  const branches = events.map((event): Branch => ({ event, parent: undefined, below: [] }));
  const spans = new Map(branches.flatMap((branch) => textOf(branch, "span_id").map((span) => [span, branch] as const)));
  for (const branch of branches) {
    const [parent] = textOf(branch, "parent_span_id").flatMap((span) => spans.get(span) ?? []);
    if (!parent || isAbove(branch, parent)) continue;
    branch.parent = parent;
    parent.below.push(branch);
  }
  return branches.filter(({ parent }) => !parent).flatMap((branch) => nodesOf(branch, 0).nodes);
}

function textOf({ event }: Branch, field: string): string[] {
  const value = event.payload[field];
  return typeof value === "string" && value !== "" ? [value] : [];
}

/** True when the second branch is the first or stands below it. */
function isAbove(branch: Branch, other: Branch): boolean {
  for (let at: Branch | undefined = other; at; at = at.parent) if (at === branch) return true;
  return false;
}

function nodesOf({ event, parent, below }: Branch, depth: number): { nodes: RunNode[]; nanos: bigint } {
  const inside = below.map((branch) => nodesOf(branch, depth + 1));
  const own = event.cost_nanos ?? 0n;
  const nanos = inside.reduce((sum, one) => sum + one.nanos, own);
  const node = {
    event: toWire(event),
    parent_event_id: parent?.event.id ?? null,
    depth,
    own_cost_usd: usdFromNanos(own),
    inclusive_cost_usd: usdFromNanos(nanos),
  };
  return { nodes: [node, ...inside.flatMap((one) => one.nodes)], nanos };
}
