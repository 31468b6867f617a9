/** Facts of telemetry: one for each batch of events, and one for each step of a run. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable } from "../kernel/schema.ts";
import { Fee } from "./fee-schema.ts";
import { OverrideColumns, Repriced } from "./price-schema.ts";
import { FloorDays } from "./retention-schema.ts";
import { FinishedStatus } from "./run-schema.ts";

export const eventsIngested = factType({
  type: "events.ingested",
  subject: "workspace",
  meaning: "A batch of events was counted.",
  data: Fields({ accepted: Type.Integer(), duplicates: Type.Integer(), rejected: Type.Integer() }),
});

export const runStarted = factType({
  type: "run.started",
  subject: "run",
  meaning: "An agent started a run.",
  data: Fields({ task_id: Nullable(Id), model: Nullable(Type.String()) }),
});

export const runFinished = factType({
  type: "run.finished",
  subject: "run",
  meaning: "A run ended.",
  data: Fields({ status: FinishedStatus, error_message: Nullable(Type.String()) }),
});

export const retentionChanged = factType({
  type: "events.retention_changed",
  subject: "workspace",
  meaning: "A person changed for how many days telemetry is kept at least.",
  data: Fields({ from: FloorDays, to: FloorDays }),
});

export const telemetryExpired = factType({
  type: "events.expired",
  subject: "workspace",
  meaning: "Telemetry that was older than the retention was deleted.",
  data: Fields({
    before: Type.String({ format: "date", description: "The first day that was kept." }),
    rows: Type.Integer({ description: "Events, runs and sums." }),
    bytes: Type.Integer({ description: "The size of these rows, without their indexes." }),
  }),
});

const { id: override_id, ...overrideFields } = OverrideColumns.properties;
const Overridden = Fields({ override_id, ...overrideFields });

export const priceOverridden = factType({
  type: "prices.overridden",
  subject: "workspace",
  meaning: "The workspace set a price of its own for a model.",
  data: Overridden,
});

export const priceOverrideDeleted = factType({
  type: "prices.override_deleted",
  subject: "workspace",
  meaning: "The workspace deleted a price of its own.",
  data: Overridden,
});

const { still_unpriced: _models, continue_from: _next, ...repricedFields } = Repriced.properties;

export const eventsRepriced = factType({
  type: "events.repriced",
  subject: "workspace",
  meaning: "The costs of stored events were computed again, and the sums changed with them.",
  data: Fields({
    ...repricedFields,
    from: Nullable(Type.String()),
    to: Nullable(Type.String()),
    models: Nullable(Type.Array(Type.String())),
  }),
});

const { id: fee_id, ...feeFields } = Fee.properties;

export const feeCreated = factType({
  type: "fee.created",
  subject: "workspace",
  meaning: "A monthly fee was added.",
  data: Fields({ fee_id, ...feeFields }),
});

export const feeEnded = factType({
  type: "fee.ended",
  subject: "workspace",
  meaning: "The last day of a monthly fee was set.",
  data: Fields({ fee_id, last_day: Fee.properties.last_day }),
});

export const feeDeleted = factType({
  type: "fee.deleted",
  subject: "workspace",
  meaning: "A monthly fee was deleted.",
  data: Fields({ fee_id, ...feeFields }),
});

export const OBSERVABILITY_FACTS = [
  eventsIngested,
  runStarted,
  runFinished,
  retentionChanged,
  telemetryExpired,
  priceOverridden,
  priceOverrideDeleted,
  eventsRepriced,
  feeCreated,
  feeEnded,
  feeDeleted,
] as const;
