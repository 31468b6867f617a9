/** Reads list prices in the format of genai-prices. Anything doubtful refuses the whole list. */
import { calcPrice, type MatchLogic, type ModelInfo, type ModelPrice, type Provider } from "@pydantic/genai-prices";
import { KCOUNT_USD_MAX, MTOK_USD_MAX } from "../price-schema.ts";
import { RATES } from "./rates.ts";

/** The package has 36 providers and 1,309 models. */
const PROVIDERS_MAX = 500;
const MODELS_MAX = 20_000;
const PRICES_MAX = 100;
const TEXT_MAX = 1_000;
const MATCH_DEPTH_MAX = 8;

/** The list, or a part of it, is no list of prices. The message names the part. */
export class PriceListError extends Error {}

type Given = Readonly<Record<string, unknown>>;

/** Returns only what the costs need. Throws a PriceListError. */
export function readPriceList(text: string): Provider[] {
  const providers = listOf(parse(text), "the list", PROVIDERS_MAX).map((one, place) =>
    providerOf(one, `provider ${place}`),
  );
  const models = providers.reduce((sum, provider) => sum + provider.models.length, 0);
  if (models === 0 || models > MODELS_MAX) throw new PriceListError(`The list has ${models} models.`);
  const ids = providers.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new PriceListError("A provider is there twice.");
  return providers;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PriceListError("It is no JSON.");
  }
}

function providerOf(value: unknown, place: string): Provider {
  const given = objectOf(value, place);
  const id = textOf(given.id, `the id of ${place}`);
  const { model_match, provider_match, fallback_model_providers: fallback } = given;
  return {
    id,
    name: textOf(given.name ?? id, `the name of ${id}`),
    api_pattern: patternOf(given.api_pattern ?? "^$", `api_pattern of ${id}`),
    ...(isThere(model_match) && { model_match: matchOf(model_match, `model_match of ${id}`) }),
    ...(isThere(provider_match) && { provider_match: matchOf(provider_match, `provider_match of ${id}`) }),
    ...(isThere(fallback) && {
      fallback_model_providers: listOf(fallback, `the fallback of ${id}`, PROVIDERS_MAX).map((one) =>
        textOf(one, `the fallback of ${id}`),
      ),
    }),
    models: listOf(given.models, `the models of ${id}`, MODELS_MAX).map((model) => modelOf(model, id)),
  };
}

function modelOf(value: unknown, provider: string): ModelInfo {
  const given = objectOf(value, `a model of ${provider}`);
  const id = textOf(given.id, `the id of a model of ${provider}`);
  const place = `${provider}/${id}`;
  const match = matchOf(given.match, `the match of ${place}`);
  const { prices } = given;
  const model: ModelInfo = Array.isArray(prices)
    ? {
        id,
        match,
        prices: listOf(prices, `the prices of ${place}`, PRICES_MAX).map((one) => {
          const { constraint, prices: own } = objectOf(one, `a price of ${place}`);
          // The package checks a constraint when it computes with it, which follows.
          return { ...(isThere(constraint) && { constraint: constraint as never }), prices: pricesOf(own, place) };
        }),
      }
    : { id, match, prices: pricesOf(prices, place) };
  if (Array.isArray(model.prices) && model.prices.length === 0) throw new PriceListError(`${place} has no price.`);
  requireComputable(model, place);
  return model;
}

/** The package computes with every price of the model, or the list is refused. */
function requireComputable(model: ModelInfo, place: string): void {
  const equals: MatchLogic = { equals: "m" };
  const all = Array.isArray(model.prices) ? model.prices.map(({ prices }) => prices) : [model.prices];
  try {
    for (const prices of [...all, model.prices]) {
      const only = { id: "m", match: equals, prices };
      calcPrice({}, "m", {
        provider: { id: "p", name: "p", api_pattern: "^$", models: [only] },
        timestamp: new Date(0),
      });
    }
  } catch (error) {
    throw new PriceListError(`${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Prices of classes that no event has are left out. A model without any price is free. */
function pricesOf(value: unknown, place: string): ModelPrice {
  const given = objectOf(value, `the prices of ${place}`);
  if (!Object.values(given).some(isThere)) return { input_mtok: 0, output_mtok: 0 };
  const prices: ModelPrice = {};
  for (const name of RATES) {
    const price = given[name];
    if (!isThere(price)) continue;
    if (typeof price !== "object") prices[name] = usdOf(price, name, place);
    else {
      const { base, tiers } = objectOf(price, `${name} of ${place}`);
      prices[name] = {
        base: usdOf(base, name, place),
        tiers: listOf(tiers, `${name} of ${place}`, PRICES_MAX).map((tier) => {
          const { start, price: usd } = objectOf(tier, `a tier of ${place}`);
          if (typeof start !== "number" || !Number.isSafeInteger(start) || start < 0)
            throw new PriceListError(`A tier of ${place} has no start.`);
          return { start, price: usdOf(usd, name, place) };
        }),
      };
    }
  }
  return prices;
}

function usdOf(value: unknown, name: string, place: string): number {
  const max = name.endsWith("_mtok") ? MTOK_USD_MAX : KCOUNT_USD_MAX;
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw new PriceListError(`${name} of ${place} is no price from 0 to ${max}.`);
}

const TEXT_RULES = ["equals", "starts_with", "ends_with", "contains"] as const;

function matchOf(value: unknown, place: string, depth = 0): MatchLogic {
  if (depth > MATCH_DEPTH_MAX) throw new PriceListError(`${place} is nested too deeply.`);
  const given = objectOf(value, place);
  for (const name of TEXT_RULES) if (name in given) return { [name]: textOf(given[name], place) } as MatchLogic;
  if ("regex" in given) return { regex: patternOf(given.regex, place) };
  const inside = (list: unknown) => listOf(list, place, MODELS_MAX).map((one) => matchOf(one, place, depth + 1));
  if ("or" in given) return { or: inside(given.or) };
  if ("and" in given) return { and: inside(given.and) };
  throw new PriceListError(`${place} is no rule.`);
}

function patternOf(value: unknown, place: string): string {
  const pattern = textOf(value, place);
  try {
    new RegExp(pattern);
    return pattern;
  } catch {
    throw new PriceListError(`${place} is no pattern.`);
  }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function objectOf(value: unknown, place: string): Given {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new PriceListError(`${place} is no object.`);
  // It is an object and no list.
  return value as Given;
}

function listOf(value: unknown, place: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new PriceListError(`${place} is no list.`);
  if (value.length > most) throw new PriceListError(`${place} has more than ${most} parts.`);
  return value;
}

function textOf(value: unknown, place: string): string {
  if (typeof value === "string" && value.trim() !== "" && value.length <= TEXT_MAX && !value.includes("\0"))
    return value;
  throw new PriceListError(`${place} is no text of 1 to ${TEXT_MAX} characters.`);
}
