/** `bailiwick prices`: commands of the operator, while the server runs or without it. */
import { readFile, stat } from "node:fs/promises";
import { checkPriceList, loadPriceList } from "../observability/price-list.ts";
import { ageDays, cataloguePrices, currentList } from "../observability/prices/catalogue.ts";
import { PriceListError } from "../observability/prices/price-list.ts";
import { deletePriceList, savePriceList } from "../observability/store/price-list.ts";
import type { Config } from "../runtime/config.ts";
import { openDatabase } from "./database.ts";
import { UsageError } from "./failure.ts";
import { withApp } from "./local.ts";

/** The list of the package has half a megabyte. */
const BYTES_MAX = 10 * 1024 * 1024;
const FETCH_MS_MAX = 30_000;
const SOURCE_LENGTH_MAX = 500;

export async function runShowPrices(config: Config): Promise<void> {
  await withApp(config, async () => console.log(await description()));
}

async function description(): Promise<string> {
  const prices = await cataloguePrices();
  const { source, known_since } = currentList();
  const models = new Set(prices.map(({ provider, model }) => `${provider}/${model}`)).size;
  return `${source}: ${models} models, known since ${known_since.slice(0, 10)} (${ageDays(known_since, new Date())} days).`;
}

/** A bad list changes nothing. */
export async function runUpdatePrices(config: Config, place: string): Promise<void> {
  const list = checked(await textOf(place), place);
  await withApp(config, async ({ db }) => {
    const before = await keysNow();
    const digest = currentList().digest;
    await store(config, (connection) => savePriceList(connection, { ...list, source: sourceOf(place) }));
    await loadPriceList(db);
    if (digest === list.digest) return console.log(`The list is the same. ${await description()}`);
    const after = await keysNow();
    const more = [...after].filter((key) => !before.has(key)).length;
    const gone = [...before].filter((key) => !after.has(key)).length;
    console.log(
      `${await description()} ${more} prices are new and ${gone} are gone. A running server follows in a minute.`,
    );
  });
}

export async function runResetPrices(config: Config): Promise<void> {
  await withApp(config, async ({ db }) => {
    await store(config, deletePriceList);
    await loadPriceList(db);
    console.log(await description());
  });
}

async function keysNow(): Promise<Set<string>> {
  const prices = await cataloguePrices();
  return new Set(
    prices.map(({ provider, model, valid_from, prices: own }) => JSON.stringify([provider, model, valid_from, own])),
  );
}

function checked(text: string, place: string) {
  try {
    return checkPriceList(text);
  } catch (error) {
    if (!(error instanceof PriceListError)) throw error;
    throw new UsageError(`${place} is no list of prices: ${error.message} Nothing was changed.`);
  }
}

function sourceOf(place: string): string {
  return `genai-prices of ${place.replace(/^.*[\\/]/, "").replace(/[?#].*$/, "")}`.slice(0, SOURCE_LENGTH_MAX);
}

async function store(config: Config, write: (connection: Parameters<typeof deletePriceList>[0]) => Promise<void>) {
  const database = await openDatabase(config);
  try {
    await write(await database.connect());
  } finally {
    await database.close();
  }
}

async function textOf(place: string): Promise<string> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return fileText(place);
  const url = new URL(place);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal))
    throw new UsageError("The address of a list of prices must be https.");
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS_MAX) }).catch((error: unknown) => {
    throw new UsageError(`${place} gave no answer: ${String(error)}`);
  });
  if (!answer.ok || !answer.body) throw new UsageError(`${place} answered ${answer.status}.`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body) {
    bytes += part.length;
    if (bytes > BYTES_MAX) throw tooLarge(place);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function fileText(file: string): Promise<string> {
  const { size } = await stat(file).catch(() => {
    throw new UsageError(`There is no file ${file}.`);
  });
  if (size > BYTES_MAX) throw tooLarge(file);
  return readFile(file, "utf8");
}

function tooLarge(place: string): UsageError {
  return new UsageError(`${place} is larger than ${BYTES_MAX} bytes.`);
}
