/** How much of each limit is in use: known to the slices that own the rows. `operations.ts` fills it. */
import type { ReadTx } from "../kernel/db/db.ts";

export type UsageCounter = (tx: ReadTx) => Promise<number>;

const none: UsageCounter = async () => 0;

export const usageCounters: Record<"agents" | "api_keys" | "alert_rules", UsageCounter> = {
  agents: none,
  api_keys: none,
  alert_rules: none,
};
