/** The cost of an event: what its sender reports, or its usage at the list price of its time. */
import { nanosFromUsd } from "../kernel/money.ts";
import type { BillingMode } from "../kernel/schema.ts";
import type { ReadEvent } from "./event-rules.ts";
import type { Override } from "./price-schema.ts";
import { currentList, listPrice, providerName, providerOf } from "./prices/catalogue.ts";
import { costing, type Reported } from "./prices/costing.ts";
import { findOverride } from "./prices/override-rules.ts";
import type { Rates } from "./prices/rates.ts";
import type { Usage } from "./prices/usage-rules.ts";
import type { EventRow } from "./schema.ts";

export const COST_COLUMNS = [
  "cost_nanos",
  "list_cost_nanos",
  "cost_source",
  "price_source",
  "unpriced_classes",
] as const;
export type CostColumns = Pick<EventRow, (typeof COST_COLUMNS)[number]>;

const NO_COST: CostColumns = {
  cost_nanos: null,
  list_cost_nanos: null,
  cost_source: null,
  price_source: null,
  unpriced_classes: null,
};

/** Prices depend on the time of day at some providers, and change on a quarter of an hour. */
const PRICE_MS = 15 * 60_000;

interface KnownPrice {
  source: string;
  rates: Rates;
}

export type Prices = (model: string, provider: string | undefined, at: Date) => KnownPrice | undefined;

/** Looks up each list price of a batch once. The prices that the workspace sets come first. */
export function batchPrices(overrides: readonly Override[]): Prices {
  const found = new Map<string, KnownPrice | undefined>();
  return (model, provider, at) => {
    const own =
      overrides.length === 0
        ? undefined
        : findOverride(overrides, { model, provider: providerOf(model, provider), at }, providerName);
    if (own) return { source: `override ${own.id}`, rates: own.prices };
    const key = JSON.stringify([model, provider, Math.floor(at.getTime() / PRICE_MS)]);
    if (!found.has(key)) found.set(key, listed(model, provider, at));
    return found.get(key);
  };
}

function listed(model: string, provider: string | undefined, at: Date): KnownPrice | undefined {
  const price = listPrice(model, provider, at);
  return price && { source: `${currentList().source} ${price.provider}/${price.model}`, rates: price.rates };
}

/** The fields of an event that its cost depends on. */
export interface Priced extends Pick<ReadEvent, "event_type" | "occurred_at" | "provider" | "model" | keyof Usage> {
  billing_mode: BillingMode;
  /** The amounts that the sender reports, in nano-dollars. */
  reported: Reported;
}

export function reportedOf({ cost_usd }: Pick<ReadEvent, "cost_usd">): Reported {
  return cost_usd === null ? {} : { billed: nanosFromUsd(cost_usd) };
}

/** Such a 0 is no missing report, also for a later price. */
export const DIFFERENCE = "difference to the report before";

/** The classes that every call of a model has. */
const CALL_CLASSES = ["input", "output"];

/** The cost is unknown and in no sum. A call on an own machine is billed 0, with or without a list price of its model. */
export function isUnpriced(event: Pick<EventRow, "cost_source" | "billing_mode">): boolean {
  return event.cost_source === "unpriced" && event.billing_mode !== "local";
}

/** An event that used no model has no cost. A call of a model whose usage is unknown has an unknown cost. */
export function costOfEvent(event: Priced, prices: Prices): CostColumns {
  const { model, provider, billing_mode, reported } = event;
  const isReported = reported.billed !== undefined || reported.list !== undefined;
  const isUsage = [event.tokens_in, event.tokens_out, event.web_searches].some((count) => typeof count === "number");
  if (!isReported && !isUsage) {
    if (event.event_type !== "llm_call") return NO_COST;
    const cost_nanos = billing_mode === "metered" ? null : 0n;
    return { ...NO_COST, cost_nanos, cost_source: "unpriced", unpriced_classes: CALL_CLASSES };
  }
  const price = model === null ? undefined : prices(model, provider ?? undefined, new Date(event.occurred_at));
  const { unpriced_classes, ...cost } = costing(event, billing_mode, price?.rates, reported);
  const isListed = price !== undefined && (cost.cost_source === "derived" || cost.cost_source === "partial");
  const isDifference = reported.isExact && cost.cost_source === "reported";
  const isZeroReplaced = isListed && reported.billed === 0n && billing_mode === "metered";
  return {
    ...cost,
    price_source: isListed
      ? `${price.source}${isZeroReplaced ? ", instead of the reported 0" : ""}`
      : isDifference
        ? DIFFERENCE
        : null,
    unpriced_classes:
      cost.cost_source === "unpriced" && unpriced_classes.length === 0 ? CALL_CLASSES : unpriced_classes,
  };
}
