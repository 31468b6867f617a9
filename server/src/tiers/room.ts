/** Checks the limits of the workspace's tier, under a lock that lasts until the transaction ends. */
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { batchProblem, type CountedLimit, type Feature, featureProblem, roomProblem, type Tier } from "./rules.ts";
import { getTierName, lockTierName } from "./store.ts";
import { TIERS } from "./tiers.ts";

/** Reads the tier in each transaction: reading one row by its primary key is cheaper than invalidating a cache. */
export async function tierOf(tx: ReadTx): Promise<Tier> {
  const tier_name = await getTierName(tx);
  return { tier_name, limits: TIERS[tier_name] };
}

/** Locks the workspace until the transaction ends, so that the tier and the counted rows stay as they are. */
export async function lockWorkspace(tx: Tx): Promise<Tier> {
  const tier_name = await lockTierName(tx);
  return { tier_name, limits: TIERS[tier_name] };
}

/**
 * Throws `tier_limit` unless `more` rows fit. `count` runs under the workspace's lock, so that concurrent callers
 * together cannot pass the limit.
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

/** Throws `tier_limit` unless `more` fit now. Takes no lock, so the command that adds them decides again. */
export async function requireRoomAsItIs(tx: ReadTx, limit: CountedLimit, used: number, more: number): Promise<void> {
  const problem = roomProblem(await tierOf(tx), limit, used, more);
  if (problem) throw problem;
}

/**
 * Throws `tier_limit` unless the tier has the feature. Locks the workspace, so the tier stays until the transaction
 * ends.
 */
export async function requireFeature(tx: Tx, feature: Feature): Promise<void> {
  const problem = featureProblem(await lockWorkspace(tx), feature);
  if (problem) throw problem;
}

/** Throws `tier_limit` for a batch with more events than the tier allows. */
export async function requireBatchSize(tx: ReadTx, size: number): Promise<void> {
  const problem = batchProblem(await tierOf(tx), size);
  if (problem) throw problem;
}
