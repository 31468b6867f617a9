/** Money is integer nano-dollars inside and a JSON number of US dollars on the wire. */

const NANOS_PER_USD = 1_000_000_000;

/** `usd` is finite and at most USD_MAX, so its nano-dollars fit a double exactly. */
export function nanosFromUsd(usd: number): bigint {
  return BigInt(Math.round(usd * NANOS_PER_USD));
}

export function usdFromNanos(nanos: bigint): number {
  return Number(nanos) / NANOS_PER_USD;
}

const DECIMALS_MAX = 4;

/** The same rule as in the dashboard: two decimals from a dollar on, up to four below. */
export function usdText(usd: number): string {
  if (usd > 0 && usd < 10 ** -DECIMALS_MAX) return "<$0.0001";
  const maximumFractionDigits = Math.abs(usd) < 1 ? DECIMALS_MAX : 2;
  return usd.toLocaleString("en-US", { style: "currency", currency: "USD", maximumFractionDigits });
}
