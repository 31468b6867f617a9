/** The other levels of a trace: agents, workflows and tools. They have no usage of their own. */

import { shortHash } from "../short-hash.ts";
import { string } from "./attributes.ts";
import type { TelemetryRecord } from "./records.ts";

interface Level {
  event_type: "action_finished" | "tool_call";
  name: string;
}

/** The attributes with the arguments of a tool. Senders write them only when they are set up to. */
const ARGUMENTS = [
  "gen_ai.tool.call.arguments",
  "ai.toolCall.args",
  "input.value",
  "tool_input",
  "tool_parameters",
  "full_command",
  "file_path",
] as const;

/** Returns a hash of the arguments of a tool; undefined when the span does not say them. */
export function argumentsHash({ attributes }: TelemetryRecord): string | undefined {
  const given = ARGUMENTS.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]]));
  return given.length === 0 ? undefined : shortHash(JSON.stringify(given));
}

const AGENTS = ["invoke_agent", "create_agent", "invoke_workflow"];
const OPEN_INFERENCE = new Map<string, Level["event_type"]>(
  Object.entries({
    AGENT: "action_finished",
    CHAIN: "action_finished",
    TOOL: "tool_call",
  } as const),
);

/** Returns the level of a span; undefined for a span that nobody reads. */
export function levelOf({ name, attributes: a }: TelemetryRecord): Level | undefined {
  const operation = string(a, "gen_ai.operation.name");
  if (name === "claude_code.interaction" || (operation !== undefined && AGENTS.includes(operation)))
    return { event_type: "action_finished", name: string(a, "gen_ai.agent.name") ?? name };
  if (name === "claude_code.tool" || operation === "execute_tool")
    return { event_type: "tool_call", name: string(a, "gen_ai.tool.name") ?? name };
  if (name === "ai.toolCall") return { event_type: "tool_call", name: string(a, "ai.toolCall.name") ?? name };
  if (/^ai\.[a-zA-Z]+$/.test(name)) return { event_type: "action_finished", name };
  const kind = OPEN_INFERENCE.get(string(a, "openinference.span.kind") ?? "");
  return kind && { event_type: kind, name };
}

/** The span of a task that `claim` puts into TRACEPARENT is a small number, and the root of its trace. */
const OF_TASK = /^0{8}/;

export function isRoot({ parent_span_id }: Pick<TelemetryRecord, "parent_span_id">): boolean {
  return parent_span_id === "" || OF_TASK.test(parent_span_id);
}

const STEPS_MAX = 64;

/**
 * Returns for each span the nearest span above it that is kept. Spans between them are dropped; those of another request
 * are unknown, so the parent is the last known id.
 */
export function keptParents(
  spans: readonly TelemetryRecord[],
  isKept: (span: TelemetryRecord) => boolean,
): (span: TelemetryRecord) => string {
  const parents = new Map(spans.map((span) => [`${span.trace_id} ${span.span_id}`, span]));
  return ({ trace_id, parent_span_id }) => {
    let id = parent_span_id;
    for (let step = 0; step < STEPS_MAX; step++) {
      const parent = parents.get(`${trace_id} ${id}`);
      if (!parent || isKept(parent)) return id;
      id = parent.parent_span_id;
    }
    return "";
  };
}
