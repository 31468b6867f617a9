/** The shapes of events. */
import Type, { type Static } from "typebox";
import { BillingMode, Defaulted, Fields, Id, JsonObject, Literals, Nullable, Time, Usd } from "../kernel/schema.ts";

export const EVENT_TYPES = [
  "run_started",
  "run_finished",
  "action_started",
  "action_finished",
  "tool_call",
  "tool_result",
  "llm_call",
  "error",
  "metric",
  "heartbeat",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_STATUSES = ["success", "error", "info"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
export const EventStatus = Literals(EVENT_STATUSES, { title: "EventStatus" });

const COST_SOURCES = ["reported", "derived", "partial", "unpriced"] as const;
export type CostSource = (typeof COST_SOURCES)[number];

export const TEXT_LENGTH_MAX = 200;
export const SHORT_LENGTH_MAX = 50;
export const DEDUPE_KEY_LENGTH_MAX = 255;
/** More tokens of one event would be a fault of the sender. */
export const COUNT_MAX = 1_000_000_000;
/** One day. */
export const LATENCY_MS_MAX = 86_400_000;
export const BATCH_EVENTS_MAX = 1_000;
/** The bytes of the input of one batch, and its values with all nested values. */
export const BATCH_BYTES_MAX = 8 * 1024 * 1024;
export const BATCH_VALUES_MAX = 100_000;

const EventCount = Type.Integer({ minimum: 0, maximum: COUNT_MAX, title: "EventCount" });
const count = () => Type.Optional(Nullable(EventCount));
const text = (maxLength: number) => Type.Optional(Nullable(Type.String({ minLength: 1, maxLength })));
// An unknown or foreign id rejects its event and not the batch, so no field has the format of an id.
const idText = Type.Optional(Nullable(Type.String({ maxLength: 36 })));

/** The fields that may be totals of a session. */
export const CUMULATIVE = [
  "cost_usd",
  "tokens_in",
  "tokens_out",
  "tokens_cached",
  "tokens_cache_write",
  "tokens_cache_write_1h",
  "tokens_reasoning",
  "web_searches",
] as const;
export type Cumulative = (typeof CUMULATIVE)[number];

/** One event as a sender writes it. The rules check what a shape cannot express. */
const eventFields = {
  event_type: Type.Optional(Type.String({ maxLength: SHORT_LENGTH_MAX })),
  status: Type.Optional(Type.String({ maxLength: SHORT_LENGTH_MAX })),
  agent_id: idText,
  run_id: idText,
  task_id: idText,
  provider: text(TEXT_LENGTH_MAX),
  model: text(TEXT_LENGTH_MAX),
  tokens_in: count(),
  tokens_out: count(),
  tokens_cached: count(),
  tokens_cache_write: count(),
  tokens_cache_write_1h: count(),
  tokens_reasoning: count(),
  web_searches: count(),
  service_tier: text(SHORT_LENGTH_MAX),
  cost_usd: Type.Optional(Nullable(Usd)),
  billing_mode: text(SHORT_LENGTH_MAX),
  session_id: text(TEXT_LENGTH_MAX),
  cumulative: Type.Optional(
    Nullable(
      Type.Array(Type.String({ maxLength: SHORT_LENGTH_MAX }), {
        maxItems: CUMULATIVE.length,
        description:
          "The fields of the event that are totals of the session so far. Only the difference to the highest report " +
          `before counts. Allowed are ${CUMULATIVE.join(", ")}.`,
      }),
    ),
  ),
  latency_ms: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: LATENCY_MS_MAX }))),
  payload: Type.Optional(Nullable(JsonObject)),
  dedupe_key: text(DEDUPE_KEY_LENGTH_MAX),
  occurred_at: text(40),
};
export const EVENT_FIELDS: readonly string[] = Object.keys(eventFields);

export const IngestInput = Fields({
  ...eventFields,
  events: Type.Optional(Type.Array(JsonObject, { maxItems: BATCH_EVENTS_MAX })),
});

export const Ingested = Fields({
  accepted: Type.Integer(),
  rejected: Type.Array(Fields({ index: Type.Integer(), reason: Type.String() })),
  duplicates: Type.Integer({ description: "Events whose dedupe_key was counted before." }),
  total_submitted: Type.Integer(),
});
export type Ingested = Static<typeof Ingested>;

const Count = Nullable(Type.BigInt());
const Words = Nullable(Type.String());

/** The columns of an event that its insert writes. */
export const EventColumns = Fields({
  id: Id,
  occurred_at: Time,
  agent_id: Id,
  run_id: Nullable(Id),
  task_id: Nullable(Id),
  event_type: Type.String(),
  status: EventStatus,
  provider: Words,
  model: Words,
  tokens_in: Count,
  tokens_out: Count,
  tokens_cached: Count,
  tokens_cache_write: Count,
  tokens_cache_write_1h: Count,
  tokens_reasoning: Count,
  web_searches: Nullable(Type.Integer()),
  service_tier: Words,
  billing_mode: BillingMode,
  cost_nanos: Count,
  list_cost_nanos: Count,
  cost_source: Nullable(Literals(COST_SOURCES)),
  price_source: Words,
  unpriced_classes: Nullable(Type.Array(Type.String())),
  latency_ms: Nullable(Type.Integer()),
  payload: JsonObject,
  source: Literals(["api", "otlp", "gateway"]),
  is_other_model: Type.Boolean(),
});
export type EventRow = Static<typeof EventColumns>;

const Tokens = Nullable(Type.Integer());
const UsdOrUnknown = (description: string) => Nullable(Type.Number({ description }));

/** An event as readers see it. */
export const ObsEvent = Fields(
  {
    id: Id,
    agent_id: Nullable(Id),
    event_type: Type.String(),
    status: EventStatus,
    source: Literals(["api", "otlp", "task", "gateway"], { title: "EventSource" }),
    run_id: Nullable(Id),
    task_id: Nullable(Id),
    provider: Words,
    model: Words,
    tokens_in: Tokens,
    tokens_out: Tokens,
    tokens_cached: Tokens,
    tokens_cache_write: Tokens,
    tokens_cache_write_1h: Tokens,
    tokens_reasoning: Tokens,
    web_searches: Tokens,
    service_tier: Words,
    billing_mode: Nullable(BillingMode),
    cost_usd: UsdOrUnknown("The billed amount. Null when it is unknown, or when nothing was used."),
    list_cost_usd: UsdOrUnknown("The amount at list price."),
    cost_source: Nullable(Literals(COST_SOURCES, { title: "CostSource" })),
    price_source: Words,
    unpriced_classes: Type.Array(Type.String(), { description: "The classes of usage without a price." }),
    latency_ms: Tokens,
    payload: JsonObject,
    occurred_at: Time,
    created_at: Time,
  },
  { title: "ObsEvent" },
);
export type ObsEvent = Static<typeof ObsEvent>;

export const HeartbeatInput = Fields({
  agent_id: Type.Optional(Id),
  status: Defaulted(Type.String({ minLength: 1, maxLength: SHORT_LENGTH_MAX }), "alive"),
  metadata: Type.Optional(JsonObject),
});
export const Heartbeat = Fields({ success: Type.Boolean(), agent_id: Id, ts: Time });
