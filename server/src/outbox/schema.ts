/** The shapes of webhooks, channels and deliveries, in the database and on the wire. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Defaulted, Fields, Id, Literals, Nullable, Page, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

/** The most webhooks, and the most channels, of one workspace. */
export const TARGETS_MAX = 20;
/** The rows that may wait for one target. With more, the target is disabled. */
export const PENDING_MAX = 10_000;
/** The failures in a row that disable a target. */
export const FAILURES_MAX = 50;
const FACT_TYPES_MAX = 50;
const URL_LENGTH_MAX = 2_000;

const FactTypePattern = Type.String({
  maxLength: 100,
  pattern: "^(\\*|[a-z_]+\\.(\\*|[a-z_]+))$",
  description: "A type of fact, an area such as `task.*`, or `*`.",
});
const FactTypes = Type.Array(FactTypePattern, { minItems: 1, maxItems: FACT_TYPES_MAX, uniqueItems: true });
const Address = Text(URL_LENGTH_MAX);
const IsEnabled = Type.Boolean({
  description: "A disabled receiver gets no new facts. What waits for it is sent when it is enabled again.",
});

export const DISABLED_REASONS = ["by_person", "gone", "failures", "too_many_waiting"] as const;
const DisabledReason = Nullable(
  Literals(DISABLED_REASONS, {
    description:
      "`gone`: the receiver answered 410. `failures`: 50 attempts in a row failed. `too_many_waiting`: 10,000 deliveries wait.",
  }),
);
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** The state of a receiver, which webhooks and channels share. */
const STATE = {
  is_enabled: IsEnabled,
  disabled_reason: DisabledReason,
  consecutive_failures: Type.Integer(),
  last_status: Nullable(Type.Integer({ description: "The status of the last answer." })),
  last_error: Nullable(Type.String({ description: "The reason why the last attempt failed." })),
  last_delivered_at: Nullable(Time),
  pending: Type.Integer({ description: "Deliveries that wait." }),
  created_at: Time,
};

const Secret = Type.String({
  description: "The secret with which each delivery is signed (Standard Webhooks). It is shown only once.",
});

const WEBHOOK_FIELDS = {
  id: Id,
  url: Type.String(),
  fact_types: Type.Array(Type.String()),
  description: Type.String(),
  ...STATE,
};
export const Webhook = Fields(WEBHOOK_FIELDS, { title: "Webhook" });
export type Webhook = Static<typeof Webhook>;
export const WebhookWithSecret = Fields({ ...WEBHOOK_FIELDS, secret: Secret });
export const RotatedWebhook = Fields({
  ...WEBHOOK_FIELDS,
  secret: Secret,
  previous_until: Type.String({ ...Time, description: "Deliveries are also signed with the old secret until then." }),
});
export const WebhookPage = Page(Webhook);

const Description = Type.String({ maxLength: TEXT_LIMITS.title });
export const NewWebhook = Fields({
  url: Address,
  fact_types: FactTypes,
  description: Defaulted(Description, ""),
});
export const WebhookChange = Fields({
  id: Id,
  url: Type.Optional(Address),
  fact_types: Type.Optional(FactTypes),
  description: Type.Optional(Description),
  is_enabled: Type.Optional(IsEnabled),
});

export const CHANNEL_KINDS = ["email", "slack", "webhook"] as const;
export const ChannelKind = Literals(CHANNEL_KINDS, { title: "ChannelKind" });
export const PURPOSES = ["alerts", "approvals", "tasks"] as const;
export type Purpose = (typeof PURPOSES)[number];
const Purposes = Type.Array(
  Literals(PURPOSES, {
    title: "ChannelPurpose",
    description: "`tasks`: a task waits for a person, failed for good, or is overdue.",
  }),
  { minItems: 1, maxItems: PURPOSES.length, uniqueItems: true },
);

const CHANNEL_FIELDS = {
  id: Id,
  kind: ChannelKind,
  name: Type.String(),
  target: Type.String({ description: "The address, masked." }),
  for: Purposes,
  ...STATE,
};
export const Channel = Fields(CHANNEL_FIELDS, { title: "Channel" });
export type Channel = Static<typeof Channel>;
export const CreatedChannel = Fields({ ...CHANNEL_FIELDS, secret: Type.Optional(Secret) });
export const ChannelPage = Page(Channel);

const Target = Text(URL_LENGTH_MAX, { description: "The email address, or the URL. It is never shown again." });
export const NewChannel = Fields({ kind: ChannelKind, name: Text(TEXT_LIMITS.name), target: Target, for: Purposes });
export const ChannelChange = Fields({
  id: Id,
  name: Type.Optional(Text(TEXT_LIMITS.name)),
  target: Type.Optional(Target),
  for: Type.Optional(Purposes),
  is_enabled: Type.Optional(IsEnabled),
});

export const DELIVERY_STATES = ["pending", "delivered", "dead"] as const;
export const DeliveryStatus = Literals(DELIVERY_STATES, { title: "DeliveryStatus" });

const FACT = { fact_id: Id, fact_type: Type.String() };
/** The state of a delivery, in the database and on the wire. */
const ATTEMPTS = {
  attempt: Type.Integer({ description: "Attempts that were made." }),
  status: DeliveryStatus,
  response_status: Nullable(Type.Integer()),
  response_start: Nullable(Type.String({ description: "The beginning of the last answer." })),
  error: Nullable(Type.String()),
  next_attempt_at: Nullable(
    Type.String({ ...Time, description: "Null also while an earlier fact of the same subject waits." }),
  ),
  created_at: Time,
  finished_at: Nullable(Time),
};

export const Delivery = Fields(
  {
    id: Type.String({ ...Id, description: "The `webhook-id` of every attempt." }),
    webhook_id: Id,
    ...FACT,
    ...ATTEMPTS,
  },
  { title: "Delivery" },
);
export const DeliveryPage = Page(Delivery);

/** The columns of `outbox_targets`. */
export const TargetColumns = Fields({
  id: Id,
  role: Literals(["webhook", "channel"]),
  kind: Literals(["webhook", "slack", "email"]),
  name: Type.String(),
  shown: Type.String(),
  sealed_address: Nullable(Type.String()),
  fact_types: Type.Array(Type.String()),
  purposes: Type.Array(Literals(PURPOSES)),
  is_enabled: Type.Boolean(),
  disabled_reason: DisabledReason,
  enabled_at: Time,
  sealed_secret: Nullable(Type.String()),
  sealed_previous: Nullable(Type.String()),
  previous_until: Nullable(Time),
  consecutive_failures: Type.Integer(),
  last_status: Nullable(Type.Integer()),
  last_error: Nullable(Type.String()),
  last_delivered_at: Nullable(Time),
  pending: Type.Integer(),
  created_at: Time,
});
export type TargetRow = Static<typeof TargetColumns>;
export const TARGET_COLUMNS = columnsOf(TargetColumns);

/** The columns of `outbox`. */
export const OutboxColumns = Fields({
  id: Id,
  target_id: Id,
  ...FACT,
  subject_id: Id,
  fact_seq: Nullable(Type.Unsafe<bigint>({ type: "bigint" })),
  failures: Type.Integer(),
  is_sending: Type.Boolean(),
  ...ATTEMPTS,
});
export type OutboxRow = Static<typeof OutboxColumns>;
export const OUTBOX_COLUMNS = columnsOf(OutboxColumns);

/** One delivery as it is sent. Only the server itself sees it. */
export const Sending = Fields({
  id: Id,
  target_id: Id,
  attempt: Type.Integer(),
  kind: TargetColumns.properties.kind,
  address: Type.String(),
  subject: Type.String(),
  body: Type.String(),
  secrets: Type.Array(Type.String()),
});

/** The result of an attempt. */
export const TriedInput = Fields({
  status: Nullable(Type.Integer()),
  error: Nullable(Type.String({ maxLength: 2_000 })),
  start: Nullable(Type.String({ maxLength: 4_000 })),
  retry_after_ms: Nullable(Type.Integer()),
});
