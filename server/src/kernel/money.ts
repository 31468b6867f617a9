/** Money is integer nano-dollars inside and a JSON number of US dollars on the wire. */

const NANOS_PER_USD = 1_000_000_000;

/** `usd` is finite and at most USD_MAX, so its nano-dollars fit a double exactly. */
export function nanosFromUsd(usd: number): bigint {
  return BigInt(Math.round(usd * NANOS_PER_USD));
}

export function usdFromNanos(nanos: bigint): number {
  return Number(nanos) / NANOS_PER_USD;
}
