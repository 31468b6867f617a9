/** Counts of what the tiers limit, by the slices that own the rows. `wiring.ts` fills the hooks. */
import type { ReadTx } from "../kernel/db/db.ts";
import { hook } from "../kernel/hook.ts";

export const usageCounters = {
  agents: hook<[tx: ReadTx], Promise<number>>("tiers.countAgents"),
  api_keys: hook<[tx: ReadTx], Promise<number>>("tiers.countKeys"),
  alert_rules: hook<[tx: ReadTx], Promise<number>>("tiers.countAlertRules"),
};
