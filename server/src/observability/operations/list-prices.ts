import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, encodeCursor } from "../../kernel/paging.ts";
import { type Price, PricePage, PricesInput } from "../price-schema.ts";
import { ageDays, cataloguePrices, currentList, providerName } from "../prices/catalogue.ts";
import { listOverrides } from "../store/overrides.ts";
import { overrideToWire } from "../to-wire.ts";

/** The id of the last override, or the place of the last list price in the catalogue. */
const SHAPES = [/^(?:[0-9a-f-]{36}|[0-9]{1,9})$/];

export const listPrices = query({
  name: "obs.list_prices",
  summary: "List the prices of models: those that the workspace set, and then the list prices with their dates.",
  route: "GET /obs/pricing",
  permission: "obs:read",
  input: PricesInput,
  output: PricePage,
  problems: [],
  async run({ tx }, { provider, model, is_override, limit, cursor }) {
    const [after] = decodeCursor(cursor, SHAPES) ?? [];
    const overrides = await listOverrides(tx);
    const { source, known_since } = currentList();
    const placed = [
      ...overrides.map((one) => ({ key: one.id, price: overrideToWire(one) })),
      ...(await cataloguePrices()).map((price, place) => ({ key: String(place), price })),
    ];
    const isWanted = (price: Price) =>
      (is_override === undefined || price.is_override === is_override) &&
      (provider === undefined ||
        (price.provider !== null && providerName(price.provider) === providerName(provider))) &&
      (model === undefined || price.model.toLowerCase().includes(model.toLowerCase()));
    const found = placed.filter(({ key, price }) => isAfter(after, key) && isWanted(price));
    const last = found[limit - 1];
    return {
      items: found.slice(0, limit).map(({ price }) => price),
      next_cursor: last && found.length > limit ? encodeCursor([last.key]) : null,
      catalogue: {
        source,
        known_since,
        age_days: ageDays(known_since, tx.now),
      },
    };
  },
});

/** Overrides come first, the newest first, and the list prices follow in their order. */
function isAfter(after: string | undefined, key: string): boolean {
  if (after === undefined) return true;
  const [isOverride, wasOverride] = [CURSOR.id.test(key), CURSOR.id.test(after)];
  if (isOverride && wasOverride) return key < after;
  return isOverride === wasOverride ? Number(key) > Number(after) : wasOverride;
}
