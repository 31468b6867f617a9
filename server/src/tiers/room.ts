/** Asks whether the workspace's tier still allows something, and holds the answer until the transaction ends. */
import type { ReadTx, Tx } from "../kernel/db/db.ts";
import { type CountedLimit, type Feature, featureProblem, roomProblem, type Tier } from "./rules.ts";
import { getTierName, lockTierName } from "./store.ts";
import { TIERS } from "./tiers.ts";

/** Read anew each time: a primary key is cheaper than knowing that a cached tier still holds. */
export async function tierOf(tx: ReadTx): Promise<Tier> {
  const tier_name = await getTierName(tx);
  return { tier_name, limits: TIERS[tier_name] };
}

/** Holds the tier, and whoever else counts under it, until the transaction ends. */
export async function lockWorkspace(tx: Tx): Promise<Tier> {
  const tier_name = await lockTierName(tx);
  return { tier_name, limits: TIERS[tier_name] };
}

/**
 * Throws `tier_limit` unless `more` fit. Others who ask wait until this transaction ends, and `count` runs after the
 * wait, so that callers side by side never pass the limit together.
 */
export async function requireRoom(
  tx: Tx,
  limit: CountedLimit,
  count: (tx: Tx) => Promise<number>,
  more = 1,
): Promise<void> {
  const tier = await lockWorkspace(tx);
  const problem = roomProblem(tier, limit, await count(tx), more);
  if (problem) throw problem;
}

/** Throws `tier_limit` unless the tier has it, and keeps it so until the transaction ends. */
export async function requireFeature(tx: Tx, feature: Feature): Promise<void> {
  const problem = featureProblem(await lockWorkspace(tx), feature);
  if (problem) throw problem;
}
