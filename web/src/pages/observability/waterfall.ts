/** The events of a run as rows on an axis of time. Pure. */
import type { ObsGetRunOutput } from "@bailiwick/sdk";

export type RunNode = ObsGetRunOutput["events"][number];

export interface WaterfallRow {
  node: RunNode;
  /** Own time, from the begin of the axis. A sender reports an event at its end. */
  fromMs: number;
  toMs: number;
  /** With the events below. */
  allFromMs: number;
  allToMs: number;
  hasBelow: boolean;
}

export interface Waterfall {
  beginMs: number;
  lengthMs: number;
  /** Parents before those below them. */
  rows: readonly WaterfallRow[];
}

const endOf = ({ event }: RunNode): number => Date.parse(event.occurred_at);
const startOf = (node: RunNode): number => endOf(node) - (node.event.latency_ms ?? 0);

export function waterfallOf(nodes: readonly RunNode[], run: { started_at: string; endMs: number }): Waterfall {
  const beginMs = Math.min(Date.parse(run.started_at), ...nodes.map(startOf));
  const endMs = Math.max(beginMs + 1, ...nodes.map(endOf), run.endMs);
  const rows = nodes.map((node, at): WaterfallRow => {
    const inside = [node, ...belowOf(nodes, at)];
    return {
      node,
      fromMs: startOf(node) - beginMs,
      toMs: endOf(node) - beginMs,
      allFromMs: Math.min(...inside.map(startOf)) - beginMs,
      allToMs: Math.max(...inside.map(endOf)) - beginMs,
      hasBelow: inside.length > 1,
    };
  });
  return { beginMs, lengthMs: endMs - beginMs, rows };
}

/** The events below stand behind their parent and are deeper. */
function belowOf(nodes: readonly RunNode[], at: number): readonly RunNode[] {
  const depth = nodes[at]?.depth ?? 0;
  const end = nodes.findIndex((node, place) => place > at && node.depth <= depth);
  return nodes.slice(at + 1, end < 0 ? undefined : end);
}

/** Leaves out the rows below closed ones. */
export function shownRows(rows: readonly WaterfallRow[], closed: ReadonlySet<string>): readonly WaterfallRow[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return rows.filter(({ node }) => {
    if (node.depth > hiddenBelow) return false;
    hiddenBelow = closed.has(node.event.id) ? node.depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

const STEPS = [1, 2, 5];

/** Round times along the axis, at most `most`. */
export function ticksOf(lengthMs: number, most: number): number[] {
  let unit = 1;
  for (;;) {
    for (const step of STEPS) {
      const every = step * unit;
      if (lengthMs / every <= most)
        return Array.from({ length: Math.floor(lengthMs / every) + 1 }, (_, at) => at * every);
    }
    unit *= 10;
  }
}
