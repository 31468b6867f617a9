/** Prices in words. Pure. */
import type { Price } from "@bailiwick/sdk";

type Rate = Price["prices"][string];

/** The classes that have columns of their own come first. */
export const PRICE_CLASSES = [
  { name: "input_mtok", header: "Input", label: "Input" },
  { name: "cache_read_mtok", header: "Cached", label: "Read from the cache" },
  { name: "cache_write_mtok", header: "Cache write", label: "Written to the cache" },
  { name: "output_mtok", header: "Output", label: "Output" },
  { name: "cache_write_1h_mtok", header: "Cache write 1 h", label: "Written to the cache for one hour" },
  { name: "output_reasoning_mtok", header: "Reasoning", label: "Reasoning" },
  { name: "web_searches_kcount", header: "1,000 searches", label: "1,000 web searches" },
  { name: "requests_kcount", header: "1,000 requests", label: "1,000 requests" },
] as const;
export type PriceClass = (typeof PRICE_CLASSES)[number]["name"];

const DOLLARS = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

/** `$3.00`, `free`, `$3.00 +` for a price that rises. */
export function priceText(rate: Rate | undefined): string {
  if (rate === undefined) return "–";
  const base = typeof rate === "number" ? rate : rate.base;
  const more = typeof rate !== "number" && rate.tiers.length > 0 ? " +" : "";
  return base === 0 && !more ? "free" : `${DOLLARS.format(base)}${more}`;
}

const COUNTS = new Intl.NumberFormat("en-US");

export function tiersText(rate: Rate): string | undefined {
  if (typeof rate === "number" || rate.tiers.length === 0) return undefined;
  return rate.tiers
    .map(({ start, price }) => `${DOLLARS.format(price)} above ${COUNTS.format(start)} tokens`)
    .join(", ");
}

/** `openai/gpt-5`; a model of an unknown provider stands alone. */
export function readModelKey(key: string): { provider?: string; model: string } {
  const at = key.indexOf("/");
  return at <= 0 ? { model: key } : { provider: key.slice(0, at), model: key.slice(at + 1) };
}
