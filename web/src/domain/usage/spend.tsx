/** Amounts of usage: billed, at list price, and what is missing because it has no price. */
import { counted, Unknown } from "../../ui/count.tsx";
import { exactUsd, Money, shortUsd } from "../../ui/money.tsx";
import { Tip } from "../../ui/tip.tsx";

export interface Spending {
  cost_usd: number;
  list_cost_usd: number;
  /** Calls whose cost is unknown; they are in no amount. */
  unpriced_calls: number;
  /** Calls of models. */
  calls: number;
}

export const unpricedText = (calls: number): string => `${counted(calls, "call")} without a price`;

interface SpendProps {
  of: Spending;
  amount?: "cost_usd" | "list_cost_usd";
  /** In a column: the decimal points stand below each other. */
  isAligned?: boolean;
}

/** A sum: unknown when nothing in it has a price, and `≥` when a part has none. */
export function Spend({ of, amount = "cost_usd", isAligned = false }: SpendProps) {
  const { unpriced_calls, list_cost_usd } = of;
  if (unpriced_calls === 0) return <Money usd={of[amount]} isAligned={isAligned} />;
  if (of[amount] === 0 && list_cost_usd === 0) {
    return (
      <Tip text={unpricedText(unpriced_calls)}>
        <span>
          <Unknown />
        </span>
      </Tip>
    );
  }
  return (
    <span className="whitespace-nowrap">
      <Tip text={`At least this much: ${unpricedText(unpriced_calls)}`}>
        <span className="text-ink-3">≥&nbsp;</span>
      </Tip>
      <Money usd={of[amount]} isAligned={isAligned} />
    </span>
  );
}

/** The same as a plain text, for charts and labels. */
export function spendText(of: Spending, amount: "cost_usd" | "list_cost_usd" = "cost_usd"): string {
  if (of.unpriced_calls === 0) return shortUsd(of[amount]);
  if (of[amount] === 0 && of.list_cost_usd === 0) return "unknown";
  return `≥ ${shortUsd(of[amount])}`;
}

/** `$4.10 at list price`, where it differs from the billed amount. */
export function AtList({ of: { cost_usd, list_cost_usd } }: { of: Pick<Spending, "cost_usd" | "list_cost_usd"> }) {
  if (Math.abs(cost_usd - list_cost_usd) < 1e-9) return null;
  return (
    <Tip text={`$${exactUsd(list_cost_usd)}`}>
      <span className="whitespace-nowrap text-ink-3">{shortUsd(list_cost_usd)} at list price</span>
    </Tip>
  );
}
