/** OTLP requests as flat records: each log record, span and data point with what its resource says. */

export type Value = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, Value>>;
export type Signal = "logs" | "traces" | "metrics";

export interface TelemetryRecord {
  signal: Signal;
  /** The name of the event, span or metric. */
  name: string;
  scope: string;
  resource: Attributes;
  attributes: Attributes;
  /** Undefined when the record has no time. */
  at: Date | undefined;
  /** Lower-case hexadecimal digits; empty without a trace. */
  trace_id: string;
  span_id: string;
  /** Of a span: empty for the root of its trace. */
  parent_span_id: string;
  /** Of a span. */
  duration_ms: number | undefined;
  /** Of a span: its status is an error. */
  is_error: boolean;
  /** Of a data point of a metric. A rising sum never falls, unless its sender starts again. */
  point: { value: number; isDelta: boolean; isRising: boolean; startedAt: Date | undefined } | undefined;
}

/** An OTLP request as its JSON encoding has it, and as `decodeProtobuf` returns it. Nothing in it is certain. */
type Unread = Readonly<Record<string, unknown>>;

/** Returns the records of a request, in its order. Throws a TypeError when a list of the request is not a list. */
export function recordsOf(signal: Signal, request: unknown): TelemetryRecord[] {
  const [groups, scopes, entries] = LISTS[signal];
  return list(request, groups).flatMap((group) => {
    const resource = attributesOf(object(group, "resource"));
    return list(group, scopes).flatMap((inScope) => {
      const scope = text(object(inScope, "scope").name);
      return list(inScope, entries).flatMap((entry) =>
        signal === "metrics" ? pointsOf(entry, resource, scope) : [recordOf(signal, entry, resource, scope)],
      );
    });
  });
}

const LISTS = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
} as const;

function recordOf(signal: Signal, entry: Unread, resource: Attributes, scope: string): TelemetryRecord {
  const attributes = attributesOf(entry);
  const isSpan = signal === "traces";
  const start = nanos(entry[isSpan ? "startTimeUnixNano" : "timeUnixNano"]) ?? nanos(entry.observedTimeUnixNano);
  const end = isSpan ? nanos(entry.endTimeUnixNano) : undefined;
  return {
    signal,
    // The `eventName` of Codex is a place in its source, so the attribute comes first.
    name: isSpan ? text(entry.name) : text(attributes["event.name"] ?? entry.eventName),
    scope,
    resource,
    attributes,
    at: timeOf(attributes["event.timestamp"]) ?? dateOf(end ?? start),
    trace_id: text(entry.traceId).toLowerCase(),
    span_id: text(entry.spanId).toLowerCase(),
    parent_span_id: text(entry.parentSpanId).toLowerCase(),
    duration_ms: start !== undefined && end !== undefined && end >= start ? Number(end - start) / 1e6 : undefined,
    is_error: isSpan && [2, "2", "STATUS_CODE_ERROR"].includes(object(entry, "status").code as string | number),
    point: undefined,
  };
}

const DELTA = [1, "1", "AGGREGATION_TEMPORALITY_DELTA"];

/** Sums and gauges. Histograms have no value of their own. */
function pointsOf(metric: Unread, resource: Attributes, scope: string): TelemetryRecord[] {
  const sum = object(metric, "sum");
  const isDelta = DELTA.includes(sum.aggregationTemporality as string | number);
  const isRising = sum.isMonotonic === true;
  return [...list(sum, "dataPoints"), ...list(object(metric, "gauge"), "dataPoints")].flatMap((point) => {
    const value = Number(point.asDouble ?? point.asInt ?? Number.NaN);
    if (!Number.isFinite(value)) return [];
    const record = recordOf("metrics", point, resource, scope);
    const startedAt = dateOf(nanos(point.startTimeUnixNano));
    return [{ ...record, name: text(metric.name), point: { value, isDelta, isRising, startedAt } }];
  });
}

function list(from: unknown, field: string): Unread[] {
  const found = (from as Unread | null | undefined)?.[field];
  if (found === undefined || found === null) return [];
  if (!Array.isArray(found)) throw new TypeError(`${field} is not a list.`);
  return found.filter((one): one is Unread => typeof one === "object" && one !== null);
}

function object(from: Unread, field: string): Unread {
  const found = from[field];
  return typeof found === "object" && found !== null ? (found as Unread) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function attributesOf(from: Unread): Attributes {
  const attributes: Record<string, Value> = Object.create(null);
  for (const { key, value } of list(from, "attributes")) {
    const read = readValue(value);
    if (typeof key === "string" && read !== undefined) attributes[key] = read;
  }
  return attributes;
}

/** Integers are texts in JSON, because they may be longer than a double. */
function readValue(value: unknown): Value | undefined {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = (value ?? {}) as Unread;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  if (intValue !== undefined && intValue !== null) return Number(intValue);
  if (doubleValue !== undefined && doubleValue !== null) return Number(doubleValue);
  if (arrayValue) return list(arrayValue, "values").flatMap((one) => readValue(one) ?? []);
  return undefined;
}

function nanos(value: unknown): bigint | undefined {
  if (!(typeof value === "string" || typeof value === "number") || !/^[0-9]{1,19}$/.test(String(value)))
    return undefined;
  const read = BigInt(value);
  return read > 0n ? read : undefined;
}

function dateOf(time: bigint | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(Number(time / 1_000_000n));
}

function timeOf(value: Value | undefined): Date | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}
