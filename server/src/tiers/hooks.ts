/** Hooks that later slices fill: they count the rows that a tier limits. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { hook } from "../kernel/hook.ts";

export const usageCounters = {
  agents: hook<[tx: ReadTx], Promise<number>>("tiers.countAgents"),
  api_keys: hook<[tx: ReadTx], Promise<number>>("tiers.countKeys"),
  alert_rules: hook<[tx: ReadTx], Promise<number>>("tiers.countAlertRules"),
  attachment_bytes: hook<[tx: ReadTx], Promise<number>>("tiers.sumAttachmentBytes"),
};
