/** Reads an OTLP request into the few events and points that somebody reads. Everything else is dropped before it is stored. */
import { Problem } from "../../kernel/problem.ts";
import { isUuid } from "../../kernel/schema.ts";
import { batchesOf, REQUEST_MAX } from "./batches.ts";
import { pointOf } from "./points.ts";
import { decodeProtobuf } from "./protobuf.ts";
import { recordsOf, type Signal, type TelemetryRecord } from "./records.ts";
import { type Draft, draftOf } from "./sources.ts";
import { isRoot, keptParents } from "./spans.ts";

/** Names of attributes of the resource, or of the record itself. */
const TASK = "bailiwick.task.id";
const AGENT = "bailiwick.agent";
const KEY_LENGTH_MAX = 255;

export interface OtlpRequest {
  /** Inputs of the operation, in their order. */
  inputs: Record<"events" | "points", Record<string, unknown>[]>[];
  /** The records that no input has, because the request holds too many. */
  refused: number;
  reason: string;
}

/** Throws `invalid_input` for a body that is no OTLP request. A sender must not send such a body again. */
export function readOtlp(signal: Signal, body: Buffer, encoding: "json" | "protobuf"): OtlpRequest {
  const all = keptIn(signal, body, encoding);
  const taken = batchesOf(all.slice(0, REQUEST_MAX));
  return {
    // Also without records, so that the permission of the caller is checked.
    inputs: (taken.length > 0 ? taken : [[]]).map((items) =>
      signal === "metrics" ? { events: [], points: items } : { events: items, points: [] },
    ),
    refused: Math.max(0, all.length - REQUEST_MAX),
    reason: `A request may hold ${REQUEST_MAX} records that count. Send smaller ones.`,
  };
}

function keptIn(signal: Signal, body: Buffer, encoding: "json" | "protobuf"): Record<string, unknown>[] {
  const records = recordsIn(signal, body, encoding);
  if (signal === "metrics") {
    return records.flatMap((record) => {
      const point = pointOf(record);
      return point ? [{ ...point, ...named(record) }] : [];
    });
  }
  const drafts = new Map(records.map((record) => [record, draftOf(record)]));
  const parentOf = keptParents(signal === "traces" ? records : [], (span) => drafts.get(span) !== undefined);
  return [...drafts].flatMap(([record, draft]) => {
    if (!draft) return [];
    const event = eventOf(record, draft, placeOf(signal, record, parentOf(record)));
    const isEnd = signal === "traces" && draft.event_type === "action_finished" && isRoot(record);
    return isEnd ? [event, endOf(event)] : [event];
  });
}

/** The end of the outermost agent of a trace is the end of its run. */
function endOf({ status, occurred_at, trace_id, task_id, agent_id }: Record<string, unknown>) {
  return { event_type: "run_finished", status, occurred_at, trace_id, task_id, agent_id };
}

/** A log names the span in which it was written, which is the span above the call. */
function placeOf(signal: Signal, { trace_id, span_id }: TelemetryRecord, parent: string) {
  const [own, above] = signal === "traces" ? [span_id, parent] : ["", span_id];
  return { ...(trace_id && { trace_id }), ...(own && { span_id: own }), ...(above && { parent_span_id: above }) };
}

function recordsIn(signal: Signal, body: Buffer, encoding: "json" | "protobuf"): TelemetryRecord[] {
  try {
    const request = encoding === "json" ? (JSON.parse(body.toString("utf8")) as unknown) : decodeProtobuf(signal, body);
    return recordsOf(signal, request);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new Problem("invalid_input", `The body is no OTLP request of ${signal}: ${error.message}`, { errors: [] });
  }
}

/** A label that is no id must not cost the event. */
function named({ attributes, resource }: TelemetryRecord) {
  const id = (name: string) =>
    [attributes[name] ?? resource[name]].find((one) => typeof one === "string" && isUuid(one));
  return { task_id: id(TASK), agent_id: id(AGENT) };
}

function eventOf(record: TelemetryRecord, draft: Draft, place: Record<string, string>): Record<string, unknown> {
  const { reported, usage, latency_ms, occurred_at } = draft;
  return {
    event_type: draft.event_type,
    status: draft.status,
    provider: draft.provider,
    model: draft.model,
    ...usage,
    ...(reported.list !== undefined && { list_cost_nanos: reported.list.toString() }),
    latency_ms: latency_ms === undefined ? undefined : Math.round(latency_ms),
    payload: { ...draft.payload, otel_source: draft.source, ...place },
    dedupe_key: draft.dedupe_key.slice(0, KEY_LENGTH_MAX),
    ...(draft.gateway_key !== undefined && { gateway_key: draft.gateway_key }),
    occurred_at: occurred_at?.toISOString(),
    ...(isTrace(record.trace_id) && { trace_id: record.trace_id }),
    ...named(record),
  };
}

function isTrace(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id);
}
