/** Facts of telemetry: one for each batch of events, and one for each step of a run. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable } from "../kernel/schema.ts";
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

export const OBSERVABILITY_FACTS = [
  eventsIngested,
  runStarted,
  runFinished,
  retentionChanged,
  telemetryExpired,
] as const;
