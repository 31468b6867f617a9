import { Money } from "../../../ui/money.tsx";
import { Tip } from "../../../ui/tip.tsx";
import type { Cost } from "./tree.ts";

/** A sum; one that lacks something says that it is the least. */
export function CostText({ cost: { usd, isExact } }: { cost: Cost }) {
  if (usd === undefined || isExact) return <Money usd={usd} />;
  return (
    <span className="whitespace-nowrap">
      <Money usd={usd} />
      <Tip text="At least so much: not every task below reports what it cost.">
        <span className="text-ink-3">+</span>
      </Tip>
    </span>
  );
}
