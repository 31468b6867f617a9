/** The days for which a workspace keeps its telemetry. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { tierOf } from "../tiers/index.ts";
import { daysBefore } from "./metrics.ts";
import { keptDays } from "./retention-rules.ts";
import type { Retention } from "./retention-schema.ts";
import { findFloor } from "./store/retention.ts";

export async function retentionOf(tx: ReadTx): Promise<Retention> {
  const { tier_name, limits } = await tierOf(tx);
  const floor_days = await findFloor(tx);
  const tier_days = limits.retention_days;
  return { tier_name, tier_days, floor_days, kept_days: keptDays(tier_days, floor_days) };
}

/** Returns the first day that the workspace keeps. */
export async function keptFrom(tx: ReadTx): Promise<string> {
  return daysBefore(tx.now, (await retentionOf(tx)).kept_days);
}
