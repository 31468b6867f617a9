/** Points of metrics that are outcomes. Tokens and costs in metrics are left out: every source sends its calls otherwise. */
import { createHash } from "node:crypto";
import { OUTCOME_MAX, type OutcomeName } from "../outcome-schema.ts";
import type { TelemetryRecord } from "./records.ts";

/** A point as the operation takes it, before its agent and task are known. */
export interface PointDraft {
  name: OutcomeName;
  is_delta: boolean;
  series: string;
  started_ms: number;
  last_ms: number;
  value: number;
}

const LINES = new Map<string, OutcomeName>([
  ["added", "lines_added"],
  ["removed", "lines_removed"],
]);

const METRICS = new Map<string, OutcomeName | "lines">(
  Object.entries({
    "claude_code.commit.count": "commits",
    "claude_code.pull_request.count": "pull_requests",
    "claude_code.lines_of_code.count": "lines",
    "claude_code.active_time.total": "active_seconds",
    "gemini_cli.lines.changed": "lines",
  } as const),
);

/** Attributes that may change while a series goes on. */
const UNSTABLE = new Set(["event.timestamp"]);

/** Returns undefined for a point that is no outcome. */
export function pointOf({ name, attributes, resource, point, at }: TelemetryRecord): PointDraft | undefined {
  const metric = METRICS.get(name);
  if (!metric || !point || !at || Number.isNaN(at.getTime()) || !point.isRising) return undefined;
  const outcome = metric === "lines" ? LINES.get(String(attributes.type)) : metric;
  const { value, isDelta, startedAt } = point;
  if (!outcome || !(value >= 0 && value <= OUTCOME_MAX)) return undefined;
  const about = Object.entries({ ...resource, ...attributes })
    .filter(([key]) => !UNSTABLE.has(key))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const series = createHash("sha256")
    .update(JSON.stringify([name, about]))
    .digest("hex");
  return {
    name: outcome,
    is_delta: isDelta,
    series,
    started_ms: startedAt?.getTime() ?? 0,
    last_ms: at.getTime(),
    value,
  };
}
