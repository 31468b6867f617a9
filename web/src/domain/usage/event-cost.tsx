/** The cost of one event, and its origin in words. */
import type { ObsEvent } from "@bailiwick/sdk";
import { Unknown } from "../../ui/count.tsx";
import { Money, shortUsd } from "../../ui/money.tsx";
import { Tip } from "../../ui/tip.tsx";

type Priced = Pick<
  ObsEvent,
  "cost_usd" | "list_cost_usd" | "cost_source" | "price_source" | "unpriced_classes" | "billing_mode" | "model"
>;

/** A price would make the cost known. A call on an own machine is billed 0 without one. */
export const isUnpriced = ({ cost_source, billing_mode }: Priced): boolean =>
  cost_source === "unpriced" && billing_mode !== "local";

/** Nothing for an event that uses nothing: it is free, and not unknown. */
export function EventCost({ event, isAligned = false }: { event: Priced; isAligned?: boolean }) {
  const { cost_source, cost_usd, billing_mode } = event;
  if (cost_source === null) return null;
  return (
    <Tip text={costWords(event)}>
      <span className="whitespace-nowrap">
        {cost_usd === null ? (
          <Unknown />
        ) : cost_usd === 0 && billing_mode !== null && billing_mode !== "metered" ? (
          <span className="text-ink-3">{BILLING_WORDS[billing_mode]}</span>
        ) : (
          <>
            {cost_source === "partial" && <span className="text-ink-3">≥&nbsp;</span>}
            <Money usd={cost_usd} isAligned={isAligned} />
          </>
        )}
      </span>
    </Tip>
  );
}

const BILLING_WORDS = { subscription: "in plan", included: "included", local: "local" } as const;

/** Names of classes of usage that have no price. */
function classesText(classes: readonly string[]): string {
  return classes.map((one) => one.replaceAll("_", " ")).join(", ");
}

export function costWords(event: Priced): string {
  const { cost_source, cost_usd, price_source, unpriced_classes, billing_mode, list_cost_usd, model } = event;
  if (cost_source === null) return "It uses nothing that costs money.";
  if (cost_source === "unpriced" && cost_usd === null) {
    return model === null
      ? "Its cost is unknown, because the event names no model."
      : "Its cost is unknown, because this model has no price.";
  }
  const list =
    list_cost_usd === null ? ", and its list price is unknown" : `, and ${shortUsd(list_cost_usd)} at list price`;
  if (billing_mode === "subscription") return `A subscription covers it: nothing more is billed${list}.`;
  if (billing_mode === "included") return `It is included: nothing is billed${list}.`;
  if (billing_mode === "local") return `It ran on an own machine: nothing is billed${list}.`;
  if (cost_source === "partial") {
    return `At least this much: ${classesText(unpriced_classes)} of this call ${unpriced_classes.length === 1 ? "has" : "have"} no price.`;
  }
  if (cost_source === "reported")
    return `The agent reported this cost.${price_source ? ` Price: ${price_source}.` : ""}`;
  if (price_source?.startsWith("override ")) return "Computed from the tokens and the price that is set here.";
  return `Computed from the tokens and the list price${price_source ? ` of ${price_source}` : ""}.`;
}
