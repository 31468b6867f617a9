/** The environment for the process that works on a task: its telemetry then counts for the task. */
import type { TaskRow } from "./schema.ts";

/**
 * Claude Code needs all of these to export logs, metrics and spans. Others read the settings of OpenTelemetry. Protobuf is
 * the one encoding that every SDK has.
 */
const EXPORTS = {
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_LOGS_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_TRACES_EXPORTER: "otlp",
  CLAUDE_CODE_ENABLE_TELEMETRY: "1",
  CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
  CLAUDE_CODE_PROPAGATE_TRACEPARENT: "1",
} as const;

type Attempt = Pick<TaskRow, "id" | "attempt" | "fence" | "assigned_to_agent_id">;

/**
 * Follows from the row alone and has no secret: the worker adds its key as OTEL_EXPORTER_OTLP_HEADERS. The trace has the
 * id of the task, so that its spans are known by their trace; the fence is the span above them.
 */
export function workerEnv({ id, attempt, fence, assigned_to_agent_id: agent }: Attempt, publicUrl: string) {
  const attributes = { "bailiwick.task.id": id, "bailiwick.task.attempt": String(attempt), "bailiwick.agent": agent };
  return {
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([name, value]) => `${name}=${escaped(value)}`)
      .join(","),
    TRACEPARENT: `00-${id.replaceAll("-", "")}-${fence.toString(16).padStart(16, "0")}-01`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${publicUrl}/otlp`,
    ...EXPORTS,
  };
}

/** OpenTelemetry takes values as W3C Baggage does: anything but plain characters is percent-encoded. */
function escaped(value: string): string {
  return encodeURIComponent(value);
}
