/** The words of facts about events, prices, fees and runs. */
import type { FactType } from "@bailiwick/sdk";
import { acted, actorOf, count, quote, text, type Words, word } from "./telling.ts";

type TelemetryType = Extract<FactType, `events.${string}` | `prices.${string}` | `fee.${string}` | `run.${string}`>;

export const TELEMETRY_WORDS: { readonly [T in TelemetryType]: Words<T> } = {
  "events.ingested": acted(({ accepted }) => [
    `sent ${count(accepted) === 1 ? "an event" : `${count(accepted)} events`}`,
  ]),
  "events.retention_changed": acted(({ to }) => [
    to === null ? "left the retention of telemetry to the tier" : `set the retention of telemetry to ${count(to)} days`,
  ]),
  "events.expired": acted(({ rows, before }) => [
    `deleted ${count(rows)} rows of telemetry`,
    ...word("from before", before),
  ]),
  "events.repriced": acted(({ changed }) => [
    `computed the cost of ${count(changed) === 1 ? "an event" : `${count(changed)} events`} again`,
  ]),
  "prices.overridden": acted(({ model }) => ["set a price for", quote(model, "a model")]),
  "prices.override_deleted": acted(({ model }) => ["deleted the price for", quote(model, "a model")]),
  "fee.created": acted(({ name }) => ["added the monthly fee", quote(name, "a fee")]),
  "fee.ended": acted(() => ["ended a monthly fee"]),
  "fee.deleted": acted(({ name }) => ["deleted the monthly fee", quote(name, "a fee")]),
  "run.started": acted(({ model }) => ["started a run", ...word("with", model)]),
  "run.finished": (fact) => ({
    actor: actorOf(fact),
    parts: [fact.data.status === "error" ? "ended a run with an error" : "finished a run"],
    why: text(fact.data.error_message),
  }),
};
