/** Reads an OTLP request into the few events that somebody reads. Everything else is dropped before it is stored. */
import { Problem } from "../../kernel/problem.ts";
import { isUuid } from "../../kernel/schema.ts";
import { decodeProtobuf } from "./protobuf.ts";
import { recordsOf, type Signal, type TelemetryRecord } from "./records.ts";
import { type Draft, draftOf } from "./sources.ts";

/** Names of attributes of the resource, or of the record itself. */
const TASK = "bailiwick.task.id";
const AGENT = "bailiwick.agent";
const KEY_LENGTH_MAX = 255;

/** Throws `invalid_input` for a body that is no OTLP request. A sender must not send such a body again. */
export function readOtlp(signal: Signal, body: Buffer, encoding: "json" | "protobuf"): Record<string, unknown>[] {
  return records(signal, body, encoding).flatMap((record) => {
    const draft = draftOf(record);
    return draft ? [eventOf(record, draft)] : [];
  });
}

function records(signal: Signal, body: Buffer, encoding: "json" | "protobuf"): TelemetryRecord[] {
  try {
    const request = encoding === "json" ? (JSON.parse(body.toString("utf8")) as unknown) : decodeProtobuf(signal, body);
    return recordsOf(signal, request);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new Problem("invalid_input", `The body is no OTLP request of ${signal}: ${error.message}`, { errors: [] });
  }
}

function eventOf({ resource, attributes, trace_id, span_id }: TelemetryRecord, draft: Draft): Record<string, unknown> {
  // A label that is no id must not cost the event.
  const named = (name: string) =>
    [attributes[name] ?? resource[name]].find((id) => typeof id === "string" && isUuid(id));
  const { reported, usage, latency_ms, occurred_at } = draft;
  return {
    event_type: draft.event_type,
    status: draft.status,
    provider: draft.provider,
    model: draft.model,
    ...usage,
    ...(reported.list !== undefined && { list_cost_nanos: reported.list.toString() }),
    latency_ms: latency_ms === undefined ? undefined : Math.round(latency_ms),
    payload: {
      ...draft.payload,
      otel_source: draft.source,
      ...(trace_id && { trace_id }),
      ...(span_id && { span_id }),
    },
    dedupe_key: draft.dedupe_key.slice(0, KEY_LENGTH_MAX),
    occurred_at: occurred_at?.toISOString(),
    task_id: named(TASK),
    agent_id: named(AGENT),
  };
}
