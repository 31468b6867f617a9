/** The list prices of the package `@pydantic/genai-prices`. Nothing else imports it. */
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import type { Price, Rates } from "./rates.ts";

/** Names of OpenTelemetry and of agents that the package does not match. */
const PROVIDERS: Readonly<Record<string, string>> = { x_ai: "x-ai", mistral_ai: "mistral", "gcp.gemini": "google" };

export interface Listed {
  provider: string;
  model: string;
  rates: Rates;
}

/** Returns the prices of a model at a time; undefined when the package does not know the model at this provider. */
export function listPrice(model: string, provider: string | undefined, at: Date): Listed | undefined {
  const named = provider === undefined ? undefined : (PROVIDERS[provider] ?? provider);
  // An unknown provider may be a proxy. Its prices are unknown, even where the model is known.
  const providerId =
    named === undefined ? findProvider({ modelId: model })?.id : findProvider({ providerId: named })?.id;
  if (providerId === undefined) return undefined;
  const found = calcPrice({}, model, { providerId, timestamp: at });
  if (!found) return undefined;
  return { provider: found.provider.id, model: found.model.id, rates: ratesOf(found.model_price) };
}

const RATES = [
  "input_mtok",
  "cache_read_mtok",
  "cache_write_mtok",
  "cache_write_1h_mtok",
  "output_mtok",
  "output_reasoning_mtok",
  "web_searches_kcount",
  "requests_kcount",
] as const satisfies readonly (keyof Rates)[];

type Found = NonNullable<ReturnType<typeof calcPrice>>["model_price"];

function ratesOf(prices: Found): Rates {
  const rates: Rates = {};
  for (const name of RATES) {
    const price = prices[name];
    if (price !== undefined) rates[name] = priceOf(price);
  }
  return rates;
}

/** A tier of the package begins after its number of tokens. */
function priceOf(price: NonNullable<Found[string]>): Price {
  if (typeof price === "number") return price;
  return { base: price.base, tiers: price.tiers.map(({ start, price: usd }) => ({ above: start, price: usd })) };
}
