/** The list prices of this installation: every process takes the list that the operator stored. */
import { createHash } from "node:crypto";
import type { Provider } from "@pydantic/genai-prices";
import type { JobContext } from "../kernel/jobs/job.ts";
import { currentList, PACKAGED, usePriceList } from "./prices/catalogue.ts";
import { readPriceList } from "./prices/price-list.ts";
import { findPriceList } from "./store/price-list.ts";

export interface CheckedList {
  data: string;
  digest: string;
  providers: Provider[];
}

/** Throws a PriceListError for a text that is no list of prices. */
export function checkPriceList(text: string): CheckedList {
  const providers = readPriceList(text);
  const data = JSON.stringify(providers);
  return { data, digest: createHash("sha256").update(data).digest("hex"), providers };
}

/**
 * Uses the stored list from now on, unless the package is newer. A list that cannot be read throws, and the process keeps
 * the list that it has.
 */
export async function loadPriceList(db: JobContext["db"]): Promise<void> {
  const { digest } = currentList();
  const stored = await db.outside((tx) => findPriceList(tx, digest));
  if (!stored || stored.known_since < PACKAGED.known_since) {
    if (digest !== null) await usePriceList();
    return;
  }
  if (stored.data === null) return;
  const { providers } = checkPriceList(stored.data);
  await usePriceList({ ...stored, providers });
}
