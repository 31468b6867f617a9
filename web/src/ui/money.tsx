/** US dollars with quiet cents, and every decimal on hover. An unknown amount is not zero. */
import { Unknown } from "./count.tsx";
import { Tip } from "./tip.tsx";

export function Money({ usd }: { usd: number | null | undefined }) {
  if (usd === null || usd === undefined) return <Unknown />;
  const [dollars, cents] = shortUsd(usd).split(/(?=\.)/);
  return (
    <Tip text={`$${exactUsd(usd)}`}>
      <span className="tabular-nums">
        {dollars}
        <span className="text-ink-3">{cents}</span>
      </span>
    </Tip>
  );
}

/** Created once, because creating a formatter takes longer than rendering a row. */
const DOLLARS = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

export function shortUsd(usd: number): string {
  if (usd > 0 && usd < 0.01) return "<$0.01";
  return DOLLARS.format(usd);
}

/** Nano-dollars are the smallest unit. */
export function exactUsd(usd: number): string {
  return usd.toFixed(9).replace(/(\.\d\d\d*?)0+$/, "$1");
}
