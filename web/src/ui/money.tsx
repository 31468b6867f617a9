/** US dollars with quiet cents, and every decimal on hover. An unknown amount is not zero. */
import { Unknown } from "./count.tsx";
import { Tip } from "./tip.tsx";

interface MoneyProps {
  usd: number | null | undefined;
  /** In a column: the decimal points stand below each other. */
  isAligned?: boolean;
  /** Whole cents, where a sum follows its parts. */
  isShort?: boolean;
}

export function Money({ usd, isAligned = false, isShort = false }: MoneyProps) {
  if (usd === null || usd === undefined) return <Unknown />;
  const [dollars, cents = ""] = (isShort ? centsUsd(usd) : shortUsd(usd)).split(/(?=\.)/);
  const missing = DECIMALS_MAX + 1 - cents.length;
  return (
    <Tip text={`$${exactUsd(usd)}`}>
      <span className="whitespace-nowrap tabular-nums">
        {dollars}
        <span className="text-ink-3" style={isAligned ? { paddingRight: `${missing}ch` } : undefined}>
          {cents}
        </span>
      </span>
    </Tip>
  );
}

const DECIMALS_MAX = 4;
/** Created once, because creating a formatter takes longer than rendering a row. */
const FROM_A_DOLLAR = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const BELOW_A_DOLLAR = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: DECIMALS_MAX,
});

/** The one rule for amounts: two decimals from a dollar on, up to four below, because a call costs parts of a cent. */
export function shortUsd(usd: number): string {
  if (usd > 0 && usd < 0.0001) return "<$0.0001";
  return (Math.abs(usd) < 1 ? BELOW_A_DOLLAR : FROM_A_DOLLAR).format(usd);
}

function centsUsd(usd: number): string {
  return usd > 0 && usd < 0.01 ? "<$0.01" : FROM_A_DOLLAR.format(usd);
}

/** Nano-dollars are the smallest unit. */
export function exactUsd(usd: number): string {
  return usd.toFixed(9).replace(/(\.\d\d\d*?)0+$/, "$1");
}
