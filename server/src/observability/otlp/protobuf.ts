/** Reads protobuf requests of OTLP into the form that their JSON encoding has. Only fields that `records.ts` reads are kept. */
import type { Signal } from "./records.ts";

type Kind = "string" | "hex" | "bool" | "int" | "double" | "fixed64" | "sfixed64" | Message;
interface Field {
  name: string;
  kind: Kind;
  isList?: true;
}
/** The fields of a message by their numbers. */
type Message = () => Readonly<Record<number, Field>>;

const one = (name: string, kind: Kind): Field => ({ name, kind });
const list = (name: string, kind: Kind): Field => ({ name, kind, isList: true });

const ANY_VALUE: Message = () => ({
  1: one("stringValue", "string"),
  2: one("boolValue", "bool"),
  3: one("intValue", "int"),
  4: one("doubleValue", "double"),
  5: one("arrayValue", () => ({ 1: list("values", ANY_VALUE) })),
});
const KEY_VALUE: Message = () => ({ 1: one("key", "string"), 2: one("value", ANY_VALUE) });
const RESOURCE: Message = () => ({ 1: list("attributes", KEY_VALUE) });
const SCOPE: Message = () => ({ 1: one("name", "string") });

/** The three levels above each record have the same numbers for all signals. */
const grouped = (group: string, scopes: string, entries: string, entry: Message): Message => {
  const ofScope: Message = () => ({ 1: one("scope", SCOPE), 2: list(entries, entry) });
  const ofGroup: Message = () => ({ 1: one("resource", RESOURCE), 2: list(scopes, ofScope) });
  return () => ({ 1: list(group, ofGroup) });
};

const LOG_RECORD: Message = () => ({
  1: one("timeUnixNano", "fixed64"),
  6: list("attributes", KEY_VALUE),
  9: one("traceId", "hex"),
  10: one("spanId", "hex"),
  11: one("observedTimeUnixNano", "fixed64"),
  12: one("eventName", "string"),
});
const SPAN: Message = () => ({
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  4: one("parentSpanId", "hex"),
  5: one("name", "string"),
  7: one("startTimeUnixNano", "fixed64"),
  8: one("endTimeUnixNano", "fixed64"),
  9: list("attributes", KEY_VALUE),
  15: one("status", () => ({ 3: one("code", "int") })),
});
const POINT: Message = () => ({
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  4: one("asDouble", "double"),
  6: one("asInt", "sfixed64"),
  7: list("attributes", KEY_VALUE),
});
const METRIC: Message = () => ({
  1: one("name", "string"),
  5: one("gauge", () => ({ 1: list("dataPoints", POINT) })),
  7: one("sum", () => ({
    1: list("dataPoints", POINT),
    2: one("aggregationTemporality", "int"),
    3: one("isMonotonic", "bool"),
  })),
});

const REQUESTS: Readonly<Record<Signal, Message>> = {
  logs: grouped("resourceLogs", "scopeLogs", "logRecords", LOG_RECORD),
  traces: grouped("resourceSpans", "scopeSpans", "spans", SPAN),
  metrics: grouped("resourceMetrics", "scopeMetrics", "metrics", METRIC),
};

/** The deepest nesting of messages: lists inside lists of an attribute. */
const DEPTH_MAX = 32;

/** Throws a RangeError or a TypeError for bytes that are no such request. */
export function decodeProtobuf(signal: Signal, bytes: Buffer): unknown {
  return messageOf(REQUESTS[signal](), bytes, 0);
}

function messageOf(fields: Readonly<Record<number, Field>>, bytes: Buffer, depth: number): Record<string, unknown> {
  if (depth > DEPTH_MAX) throw new RangeError("The messages are nested too deeply.");
  const message: Record<string, unknown> = {};
  const at = { place: 0 };
  while (at.place < bytes.length) {
    const tag = Number(varint(bytes, at));
    const raw = rawOf(bytes, at, tag & 7);
    const field = fields[tag >>> 3];
    if (field) put(message, field, contentOf(field.kind, raw, depth));
  }
  return message;
}

function put(message: Record<string, unknown>, { name, isList }: Field, value: unknown): void {
  if (!isList) message[name] = value;
  else if (Array.isArray(message[name])) message[name].push(value);
  else message[name] = [value];
}

interface Place {
  place: number;
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

function rawOf(bytes: Buffer, at: Place, wire: number): Buffer | bigint {
  switch (wire) {
    case WIRE.varint:
      return varint(bytes, at);
    case WIRE.fixed64:
      return take(bytes, at, 8);
    case WIRE.bytes:
      return take(bytes, at, Number(varint(bytes, at)));
    case WIRE.fixed32:
      return take(bytes, at, 4);
    default:
      throw new TypeError(`Wire type ${wire} is unknown.`);
  }
}

function take(bytes: Buffer, at: Place, length: number): Buffer {
  const end = at.place + length;
  if (end > bytes.length) throw new RangeError("The message ends early.");
  const taken = bytes.subarray(at.place, end);
  at.place = end;
  return taken;
}

function varint(bytes: Buffer, at: Place): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at.place++];
    if (byte === undefined) throw new RangeError("The message ends early.");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError("A number is too long.");
}

/** JSON writes 64-bit integers as texts. */
function contentOf(kind: Kind, raw: Buffer | bigint, depth: number): unknown {
  if (typeof raw === "bigint") {
    if (kind === "bool") return raw !== 0n;
    if (kind === "int") return BigInt.asIntN(64, raw).toString();
    throw new TypeError("A field has another type.");
  }
  if (typeof kind === "function") return messageOf(kind(), raw, depth + 1);
  switch (kind) {
    case "string":
      return raw.toString("utf8");
    case "hex":
      return raw.toString("hex");
    case "double":
      return raw.readDoubleLE();
    case "fixed64":
      return raw.readBigUInt64LE().toString();
    case "sfixed64":
      return raw.readBigInt64LE().toString();
    default:
      throw new TypeError("A field has another type.");
  }
}
