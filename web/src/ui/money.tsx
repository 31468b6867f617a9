/** US dollars: cents at a glance, every decimal on hover. Unknown is not nothing. */
import { Tip } from "./tip.tsx";

export function Money({ usd }: { usd: number | null | undefined }) {
  if (usd === null || usd === undefined) return <span className="text-ink-3">unknown</span>;
  return (
    <Tip text={`$${exactUsd(usd)}`}>
      <span className="tabular-nums">{shortUsd(usd)}</span>
    </Tip>
  );
}

/** Made once: making one takes longer than drawing a row. */
const DOLLARS = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

export function shortUsd(usd: number): string {
  if (usd > 0 && usd < 0.01) return "<$0.01";
  return DOLLARS.format(usd);
}

/** Nano-dollars are the finest there is. */
function exactUsd(usd: number): string {
  return usd.toFixed(9).replace(/(\.\d\d\d*?)0+$/, "$1");
}
