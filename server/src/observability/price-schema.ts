/** The shapes of prices: those of the catalogue, and those that a workspace sets. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, Nullable, PageInput, Text, Time } from "../kernel/schema.ts";
import { Day } from "./metrics-schema.ts";
import { TEXT_LENGTH_MAX } from "./schema.ts";

/** The overrides of one workspace. */
export const OVERRIDES_MAX = 500;
/** With more, the cost of the largest event would not fit its column. */
export const MTOK_USD_MAX = 100_000;
export const KCOUNT_USD_MAX = 1_000;

const perMillion = Type.Optional(Type.Number({ minimum: 0, maximum: MTOK_USD_MAX }));
const perThousand = Type.Optional(Type.Number({ minimum: 0, maximum: KCOUNT_USD_MAX }));
const OverridePrices = Fields(
  {
    input_mtok: perMillion,
    cache_read_mtok: perMillion,
    cache_write_mtok: perMillion,
    cache_write_1h_mtok: perMillion,
    output_mtok: perMillion,
    output_reasoning_mtok: perMillion,
    web_searches_kcount: perThousand,
    requests_kcount: perThousand,
  },
  {
    title: "OverridePrices",
    minProperties: 1,
    description:
      "US dollars for a million tokens (_mtok) or a thousand searches or requests (_kcount). 0 is a price: the class is " +
      "free. A class without a price is unknown, and its cost is in no sum.",
  },
);
export type OverridePrices = Static<typeof OverridePrices>;

const provider = Text(TEXT_LENGTH_MAX);
const model = Text(TEXT_LENGTH_MAX);

export const OverrideInput = Fields({
  provider: Type.Optional(Nullable(Type.String({ ...provider, description: "Null, or absent, is any provider." }))),
  model: Type.String({ ...model, description: "The name of the model as its events have it, in any case." }),
  prices: OverridePrices,
  valid_from: Type.Optional(Nullable(Type.String({ ...Time, description: "The first time. Null is always." }))),
  valid_to: Type.Optional(Nullable(Type.String({ ...Time, description: "The price ends before this time." }))),
});

/** The columns of `obs_price_overrides`, without the workspace. */
export const OverrideColumns = Fields({
  id: Id,
  provider: Nullable(Type.String({ description: "Null is any provider." })),
  model: Type.String(),
  prices: OverridePrices,
  valid_from: Nullable(Time),
  valid_to: Nullable(Time),
  known_since: Time,
});
export type Override = Static<typeof OverrideColumns>;
export const OVERRIDE_COLUMNS = columnsOf(OverrideColumns);

const Tiers = Fields({
  base: Type.Number(),
  tiers: Type.Array(Fields({ start: Type.Integer(), price: Type.Number() })),
});

/** One price of a model in a time. */
export const Price = Fields(
  {
    ...OverrideColumns.properties,
    id: Nullable(Type.String({ ...Id, description: "Of an override." })),
    prices: Type.Record(Type.String(), Type.Union([Type.Number(), Tiers]), {
      description:
        "US dollars by rate. A price with tiers holds for the whole request: a tier applies when the input has more " +
        "tokens than its start.",
    }),
    hours: Nullable(Type.String({ description: "The hours of the day at which the price holds; null is all day." })),
    source: Type.String(),
    is_override: Type.Boolean(),
  },
  { title: "Price" },
);
export type Price = Static<typeof Price>;

export const PricesInput = Fields({
  provider: Type.Optional(provider),
  model: Type.Optional(Text(TEXT_LENGTH_MAX, { description: "A part of the name." })),
  is_override: Type.Optional(Type.Boolean()),
  ...PageInput,
});

export const PricePage = Fields({
  items: Type.Array(Price, { description: "The overrides come first, and win." }),
  next_cursor: Nullable(Type.String()),
  catalogue: Fields({
    source: Type.String(),
    known_since: Time,
    age_days: Type.Integer({ description: "Old list prices are wrong for new models. Update them, or set overrides." }),
  }),
});

const MODELS_MAX = 50;

/** The id of an event, as a place in the order of all ids: it need not exist. */
const ContinueFrom = Type.String({
  pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
  maxLength: 36,
  description: "Events are left: repeat the call with this, until it is null.",
});

export const RepriceInput = Fields({
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  models: Type.Optional(
    Type.Array(model, { minItems: 1, maxItems: MODELS_MAX, description: "Names as the events have them." }),
  ),
  continue_from: Type.Optional(ContinueFrom),
});

export const Repriced = Fields(
  {
    events: Type.Integer({ description: "The events whose cost was computed again." }),
    priced: Type.Integer({ description: "Those of them that have a price now." }),
    changed: Type.Integer({ description: "Those whose cost is another one now." }),
    still_unpriced: Type.Array(Fields({ model: Type.String(), events: Type.Integer() }), {
      description: `The models with the most events come first, at most ${MODELS_MAX}.`,
    }),
    difference_usd: Type.Number({ description: "The change of the billed amount." }),
    list_difference_usd: Type.Number({ description: "The change of the amount at list price." }),
    continue_from: Nullable(ContinueFrom),
  },
  { title: "Repriced" },
);
export type Repriced = Static<typeof Repriced>;
export const UNPRICED_SHOWN = MODELS_MAX;
