/** A newer list of prices: checked as a whole, used by every process, and never for stored costs. */
import { readFileSync } from "node:fs";
import { waitForUpdate } from "@pydantic/genai-prices";
import { afterEach, describe, expect, it, test } from "vitest";
import { anAgent } from "../../../test/harness/builders.ts";
import { aWorkspace, useApp } from "../../../test/harness/harness.ts";
import { ingestEvents } from "../operations/ingest-events.ts";
import { listEvents } from "../operations/list-events.ts";
import { listPrices } from "../operations/list-prices.ts";
import { checkPriceList, loadPriceList } from "../price-list.ts";
import { deletePriceList, savePriceList } from "../store/price-list.ts";
import { cataloguePrices, listPrice, PACKAGED, usePriceList } from "./catalogue.ts";
import { PriceListError, readPriceList } from "./price-list.ts";

const app = useApp();
afterEach(async () => {
  await deletePriceList(app().admin);
  await usePriceList();
});

const MODEL = { id: "fresh-1", match: { equals: "fresh-1" }, prices: { input_mtok: 3, output_mtok: 9 } };
const PROVIDER = { id: "fresh", name: "Fresh", api_pattern: "https://fresh", provider_match: { equals: "fresh" } };
const list = (model: Record<string, unknown> = {}, provider: Record<string, unknown> = {}) =>
  JSON.stringify([{ ...PROVIDER, ...provider, models: [{ ...MODEL, ...model }] }]);

test("the data of the package has the version and is a list that we take", async () => {
  const file = new URL("../../../../node_modules/@pydantic/genai-prices/package.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8")).version).toBe(PACKAGED.version);
  const before = await cataloguePrices();
  const providers = readPriceList(JSON.stringify(await waitForUpdate()));
  await usePriceList({ digest: "x", source: "again", known_since: "2027-01-01T00:00:00.000Z", providers });
  const after = await cataloguePrices();
  expect(after).toHaveLength(before.length);
  expect(new Set(after.map(({ known_since }) => known_since))).toEqual(new Set([PACKAGED.known_since]));
  expect(listPrice("claude-opus-5-5", "anthropic", new Date())?.rates).toMatchObject({ input_mtok: 4 });
});

test("a stored list prices later calls, and not the calls before", async () => {
  const workspace = await aWorkspace(app());
  const worker = await anAgent(app(), workspace);
  const call = { event_type: "llm_call", provider: "fresh", model: "fresh-1", tokens_in: 1_000_000 };
  await app().call(ingestEvents, worker, call);
  await savePriceList(app().admin, { ...checkPriceList(list()), source: "genai-prices of new.json" });
  await loadPriceList(app().db);
  await app().call(ingestEvents, worker, call);
  const { items } = await app().call(listEvents, workspace.owner, { event_type: "llm_call" });
  expect(items).toMatchObject([
    { cost_usd: 3, price_source: "genai-prices of new.json fresh/fresh-1" },
    { cost_usd: null, cost_source: "unpriced" },
  ]);
  const prices = await app().call(listPrices, worker, {});
  expect(prices).toMatchObject({
    items: [{ model: "fresh-1" }],
    catalogue: { source: "genai-prices of new.json", age_days: 0 },
  });
  await deletePriceList(app().admin);
  await loadPriceList(app().db);
  expect((await app().call(listPrices, worker, {})).catalogue.source).toBe(`genai-prices ${PACKAGED.version}`);
});

describe("a list", () => {
  it.each<[string, string]>([
    ["{", "no JSON"],
    ["{}", "no list"],
    ["[]", "0 models"],
    [list({ prices: { input_mtok: -1 } }), "no price"],
    [list({ prices: { input_mtok: 1e9 } }), "no price"],
    [list({ prices: { input_mtok: "1" } }), "no price"],
    [list({ prices: { cache_read_mtok: 1 } }), "ancestor"],
    [list({ prices: { input_mtok: { base: 1, tiers: [{ start: 0.5, price: 1 }] } } }), "no start"],
    [list({ prices: [] }), "no price"],
    [list({ prices: [{ constraint: { start_date: "soon" }, prices: {} }] }), "constraint"],
    [list({ match: { regex: "(" } }), "no pattern"],
    [list({ match: { sounds_like: "x" } }), "no rule"],
    [list({ id: "" }), "no text"],
    [list({}, { models: 5 }).replace(/"models":\[.*\]\}/, '"models":5}'), "no list"],
    [JSON.stringify([JSON.parse(list())[0], JSON.parse(list())[0]]), "twice"],
  ])("that is bad is refused as a whole: %s", (text, reason) => {
    expect(() => readPriceList(text)).toThrow(PriceListError);
    expect(() => readPriceList(text)).toThrow(reason);
  });

  it("prices a model without any price at 0, and does not price one whose classes no event has", () => {
    const pricesIn = (prices: Record<string, number>) => readPriceList(list({ prices }))[0]?.models[0]?.prices;
    expect(pricesIn({})).toEqual({ input_mtok: 0, output_mtok: 0 });
    expect(pricesIn({ output_image_mtok: 5 })).toEqual({});
  });

  it("that no longer passes the check is not used, and the list before stays", async () => {
    await savePriceList(app().admin, { data: "{}", digest: "0".repeat(64), source: "broken" });
    await expect(loadPriceList(app().db)).rejects.toThrow(PriceListError);
    expect(listPrice("claude-opus-5-5", "anthropic", new Date())).toBeDefined();
  });
});
