/** The list prices: those of the package `@pydantic/genai-prices`, or newer ones in its format. */
import {
  calcPrice,
  findProvider,
  type ModelInfo,
  type ModelPrice,
  type Provider,
  updatePrices,
  waitForUpdate,
} from "@pydantic/genai-prices";
import type { Price as PriceRow } from "../price-schema.ts";
import { type Price, RATES, type Rates } from "./rates.ts";

/** Names of OpenTelemetry and of agents that the package does not match. */
const PROVIDERS = new Map([
  ["x_ai", "x-ai"],
  ["mistral_ai", "mistral"],
  ["gcp.gemini", "google"],
]);

export interface Listed {
  provider: string;
  model: string;
  rates: Rates;
}

/** The data of the package, with the time at which it was published. */
export const PACKAGED = { version: "0.1.8", known_since: "2026-09-23T10:11:04.622Z" } as const;

export interface CatalogueSource {
  source: string;
  known_since: string;
}

interface PriceList extends CatalogueSource {
  /** Tells lists apart. The list of the package has none. */
  digest: string | null;
}

const PACKAGED_LIST: PriceList = {
  digest: null,
  source: `genai-prices ${PACKAGED.version}`,
  known_since: PACKAGED.known_since,
};
/** The data of the package, before any other list is used. */
const packagedData = waitForUpdate();
let current = PACKAGED_LIST;

/** Returns the list that this process uses. */
export function currentList(): PriceList {
  return current;
}

const DAY_MS = 86_400_000;

export function ageDays(known_since: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(known_since)) / DAY_MS));
}

/** Makes all later costs of this process use a list. Without one, they use the list of the package. */
export async function usePriceList(list?: PriceList & { providers: Provider[] }): Promise<void> {
  const providers = list?.providers ?? (await packagedData) ?? [];
  updatePrices(({ setProviderData }) => setProviderData(providers));
  current = list ? { digest: list.digest, source: list.source, known_since: list.known_since } : PACKAGED_LIST;
}

/** Returns the name of a provider in the catalogue, or its own name in lower case. */
export function providerName(provider: string): string {
  const named = PROVIDERS.get(provider) ?? provider;
  return findProvider({ providerId: named })?.id ?? named.trim().toLowerCase();
}

/** Returns the provider of a call. A call without a provider has the one that is known for its model. */
export function providerOf(model: string, provider: string | undefined): string | undefined {
  return provider === undefined ? findProvider({ modelId: model })?.id : providerName(provider);
}

/** Returns the prices of a model at a time; undefined when the package does not know the model at this provider. */
export function listPrice(model: string, provider: string | undefined, at: Date): Listed | undefined {
  const named = providerOf(model, provider);
  // An unknown provider may be a proxy. Its prices are unknown, even where the model is known.
  const providerId = named === undefined ? undefined : findProvider({ providerId: named })?.id;
  if (providerId === undefined) return undefined;
  const found = calcPrice({}, model, { providerId, timestamp: at });
  if (!found) return undefined;
  const prices = statedPrices(found.model_price, current);
  return { provider: found.provider.id, model: found.model.id, rates: ratesOf(prices) };
}

const FREE: ModelPrice = { input_mtok: 0, output_mtok: 0 };

/** A free model of the package has no price at all. In a stored list, which leaves out other classes, it has prices of 0. */
function statedPrices(prices: ModelPrice, { digest }: PriceList): ModelPrice {
  return digest === null && Object.keys(prices).length === 0 ? FREE : prices;
}

function ratesOf(prices: ModelPrice): Rates {
  const rates: Rates = {};
  for (const name of RATES) {
    const price = prices[name];
    if (price !== undefined) rates[name] = priceOf(price);
  }
  return rates;
}

/** A tier of the package begins after its number of tokens. */
function priceOf(price: NonNullable<ModelPrice[string]>): Price {
  if (typeof price === "number") return price;
  return { base: price.base, tiers: price.tiers.map(({ start, price: usd }) => ({ above: start, price: usd })) };
}

/** Returns every price of the catalogue, in the order of its providers and models. */
export async function cataloguePrices(): Promise<PriceRow[]> {
  const packaged = pricesOf((await packagedData) ?? [], PACKAGED_LIST);
  if (current.digest === null) return packaged;
  // A price that the package has too was known before.
  const known = new Set(packaged.map(keyOf));
  return pricesOf((await waitForUpdate()) ?? [], current).map((row) =>
    known.has(keyOf(row)) ? { ...row, known_since: PACKAGED.known_since } : row,
  );
}

function pricesOf(providers: readonly Provider[], list: PriceList): PriceRow[] {
  return providers.flatMap(({ id, models }) => models.flatMap((model) => rowsOf(id, model, list)));
}

function keyOf({ provider, model, prices, valid_from, hours }: PriceRow): string {
  return JSON.stringify([provider, model, valid_from, hours, RATES.map((name) => prices[name] ?? null)]);
}

/** Dated prices rise with their dates, and each ends when the next begins. A price for some hours has no dates. */
function rowsOf(provider: string, { id: model, prices }: ModelInfo, list: PriceList): PriceRow[] {
  const { source, known_since } = list;
  const all = Array.isArray(prices) ? prices : [{ prices }];
  return all.map(({ constraint, prices: own }, place) => {
    const next = all.slice(place + 1).flatMap(({ constraint: later }) => startOf(later) ?? [])[0];
    const hours = constraint?.type === "time_of_date" ? `${constraint.start_time} to ${constraint.end_time}` : null;
    return {
      id: null,
      provider,
      model,
      prices: shownPrices(statedPrices(own, list)),
      valid_from: startOf(constraint) ?? null,
      valid_to: hours === null ? (next ?? null) : null,
      hours,
      known_since,
      source,
      is_override: false,
    };
  });
}

type Constraint = Exclude<ModelInfo["prices"], ModelPrice>[number]["constraint"];

function startOf(constraint: Constraint): string | undefined {
  return constraint?.type === "start_date" ? `${constraint.start_date}T00:00:00.000Z` : undefined;
}

function shownPrices(prices: ModelPrice): PriceRow["prices"] {
  const shown: PriceRow["prices"] = {};
  for (const [name, price] of Object.entries(prices)) {
    if (typeof price === "number") shown[name] = price;
    else if (price)
      shown[name] = { base: price.base, tiers: price.tiers.map(({ start, price: usd }) => ({ start, price: usd })) };
  }
  return shown;
}
