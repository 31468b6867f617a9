/** The cost of an event: billed and at list price, and where each comes from. */
import type { BillingMode } from "../../kernel/schema.ts";
import type { CostSource } from "../schema.ts";
import { type Cost, costOf, type Rates } from "./rates.ts";
import { classesOf, type Usage, type UsageClass } from "./usage-rules.ts";

export interface Reported {
  /** The amount that the sender was billed, in nano-dollars. */
  billed?: bigint | undefined;
  /** The amount that the sender computed from list prices, in nano-dollars: what Claude Code reports. */
  list?: bigint | undefined;
  /** The amounts are differences of totals, so 0 is no missing report. */
  isExact?: true;
}

export interface Costing {
  /** Null when nothing is known. Unknown is never 0. */
  cost_nanos: bigint | null;
  list_cost_nanos: bigint | null;
  cost_source: CostSource;
  /** The classes with usage and without a price. */
  unpriced_classes: UsageClass[];
}

/** `rates` are the prices of the model at the time of the call, if they are known. */
export function costing(usage: Usage, mode: BillingMode, rates: Rates | undefined, reported: Reported = {}): Costing {
  const derived = rates && costOf(classesOf(usage), rates);
  const stated = usable(reported, usage, mode, derived);
  const list = derived && derived.unpriced.length === 0 ? derived.nanos : undefined;
  if (mode !== "metered") {
    const value = list ?? stated.list ?? derived?.nanos;
    const source = list !== undefined ? "derived" : stated.list !== undefined ? "reported" : sourceOf(derived);
    return {
      cost_nanos: stated.billed ?? 0n,
      list_cost_nanos: value ?? null,
      cost_source: source,
      unpriced_classes: source === "partial" ? (derived?.unpriced ?? []) : [],
    };
  }
  const billed = stated.billed ?? stated.list;
  if (billed !== undefined) {
    return { cost_nanos: billed, list_cost_nanos: billed, cost_source: "reported", unpriced_classes: [] };
  }
  const source = sourceOf(derived);
  const nanos = source === "unpriced" ? null : (derived?.nanos ?? null);
  return { cost_nanos: nanos, list_cost_nanos: nanos, cost_source: source, unpriced_classes: derived?.unpriced ?? [] };
}

/** A sender that does not know its cost often reports 0. With tokens of a priced, metered model, 0 is no report. */
function usable(reported: Reported, usage: Usage, mode: BillingMode, derived: Cost | undefined): Reported {
  const hasTokens = (usage.tokens_in ?? 0) + (usage.tokens_out ?? 0) > 0;
  if (mode !== "metered" || !derived || derived.nanos === 0n || !hasTokens || reported.isExact) return reported;
  return {
    billed: reported.billed === 0n ? undefined : reported.billed,
    list: reported.list === 0n ? undefined : reported.list,
  };
}

function sourceOf(derived: Cost | undefined): CostSource {
  if (!derived) return "unpriced";
  if (derived.unpriced.length === 0) return "derived";
  return derived.nanos > 0n ? "partial" : "unpriced";
}
