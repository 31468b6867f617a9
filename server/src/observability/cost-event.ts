/** The cost of an event: what its sender reports, or its usage at the list price of its time. */
import { nanosFromUsd } from "../kernel/money.ts";
import type { ReadEvent } from "./event-rules.ts";
import { type Listed, listPrice } from "./prices/catalogue.ts";
import { costing, type Reported } from "./prices/costing.ts";
import type { EventRow } from "./schema.ts";

type CostColumns = Pick<
  EventRow,
  "cost_nanos" | "list_cost_nanos" | "cost_source" | "price_source" | "unpriced_classes"
>;

const NO_COST: CostColumns = {
  cost_nanos: null,
  list_cost_nanos: null,
  cost_source: null,
  price_source: null,
  unpriced_classes: null,
};

/** Prices depend on the time of day at some providers, and change on a quarter of an hour. */
const PRICE_MS = 15 * 60_000;

type Prices = (model: string, provider: string | undefined, at: Date) => Listed | undefined;

/** Looks up each price of a batch once. */
export function batchPrices(): Prices {
  const found = new Map<string, Listed | undefined>();
  return (model, provider, at) => {
    const key = JSON.stringify([model, provider, Math.floor(at.getTime() / PRICE_MS)]);
    if (!found.has(key)) found.set(key, listPrice(model, provider, at));
    return found.get(key);
  };
}

export interface Priced extends Omit<ReadEvent, "cost_usd" | "dedupe_key"> {
  /** The amounts that the sender reports, in nano-dollars. */
  reported: Reported;
}

export function reportedOf({ cost_usd }: Pick<ReadEvent, "cost_usd">): Reported {
  return cost_usd === null ? {} : { billed: nanosFromUsd(cost_usd) };
}

/** The classes that every call of a model has. */
const CALL_CLASSES = ["input", "output"];

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
  const listed = model === null ? undefined : prices(model, provider ?? undefined, new Date(event.occurred_at));
  const { unpriced_classes, ...cost } = costing(event, billing_mode, listed?.rates, reported);
  const isListed = listed !== undefined && (cost.cost_source === "derived" || cost.cost_source === "partial");
  const isZeroReplaced = isListed && reported.billed === 0n && billing_mode === "metered";
  return {
    ...cost,
    price_source: isListed
      ? `genai-prices ${listed.provider}/${listed.model}${isZeroReplaced ? ", instead of the reported 0" : ""}`
      : null,
    unpriced_classes:
      cost.cost_source === "unpriced" && unpriced_classes.length === 0 ? CALL_CLASSES : unpriced_classes,
  };
}
