/** The search parameters of the pages of telemetry. */
import { EVENT_STATUSES, type EventStatus, RUN_STATUSES, type RunStatus } from "@bailiwick/sdk";
import { oneOf, textOf } from "../../app/root-route.ts";
import { EVENT_TYPES, type EventType } from "../../domain/usage/event-types.ts";

export interface LiveSearch {
  agent_id?: string | undefined;
  event_type?: EventType | undefined;
  status?: EventStatus | undefined;
  task_id?: string | undefined;
  run_id?: string | undefined;
  /** The open event; a step of a task with the id of the task. */
  open?: string | undefined;
}

export const readLiveSearch = (search: Record<string, unknown>): LiveSearch => ({
  agent_id: textOf(search.agent_id),
  event_type: oneOf(search.event_type, EVENT_TYPES),
  status: oneOf(search.status, EVENT_STATUSES),
  task_id: textOf(search.task_id),
  run_id: textOf(search.run_id),
  open: textOf(search.open),
});

export interface RunsSearch {
  agent_id?: string | undefined;
  task_id?: string | undefined;
  status?: RunStatus | undefined;
  open?: string | undefined;
}

export const readRunsSearch = (search: Record<string, unknown>): RunsSearch => ({
  agent_id: textOf(search.agent_id),
  task_id: textOf(search.task_id),
  status: oneOf(search.status, RUN_STATUSES),
  open: textOf(search.open),
});

export interface PricesSearch {
  q?: string | undefined;
  /** Prices of the workspace, or list prices. */
  own?: "yes" | "no" | undefined;
  create?: "yes" | undefined;
  /** The model of the new price: `provider/model`. */
  for?: string | undefined;
}

/** The address of the form for the price of a model: `provider/model`. */
export const priceOf = (model: string): PricesSearch => ({ create: "yes", for: model });

export const readPricesSearch = (search: Record<string, unknown>): PricesSearch => ({
  q: textOf(search.q),
  own: oneOf(search.own, ["yes", "no"]),
  create: oneOf(search.create, ["yes"]),
  for: textOf(search.for),
});
