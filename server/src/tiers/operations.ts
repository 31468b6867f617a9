import { changed, command, type Operation, query, unchanged } from "../kernel/operation.ts";
import { Fields } from "../kernel/schema.ts";
import { usageCounters } from "./hooks.ts";
import { tierOf } from "./room.ts";
import { Tier, TierNameField } from "./schema.ts";
import { lockTierName, saveTierName } from "./store.ts";

export const getTier = query({
  name: "tiers.get",
  summary: "Read the tier of the workspace: its limits and how much of them is used.",
  route: "GET /obs/tier",
  permission: "obs:read",
  input: Fields({}),
  output: Tier,
  problems: [],
  async run({ tx }) {
    const { tier_name, limits } = await tierOf(tx);
    const usage = {
      agents: await usageCounters.agents(tx),
      api_keys: await usageCounters.api_keys(tx),
      alert_rules: await usageCounters.alert_rules(tx),
    };
    return { workspace_id: tx.workspace, tier_name, limits, usage };
  },
});

/** For the operator of the server. What is above the new limits stays; no more comes. */
export const setTier = command({
  name: "tiers.set",
  summary: "Put a workspace on a tier.",
  route: "POST /obs/admin/tier",
  internal: true,
  permission: "tiers:write",
  input: Fields({ tier_name: TierNameField }),
  output: Fields({ tier_name: TierNameField }),
  problems: [],
  async run({ tx, now }, { tier_name }) {
    const from = await lockTierName(tx);
    if (from === tier_name) return unchanged({ tier_name });
    await saveTierName(tx, tier_name, now);
    const subject = { kind: "workspace", id: tx.workspace };
    return changed({ tier_name }, { type: "tier.changed", subject, data: { from, to: tier_name } });
  },
});

export const TIER_OPERATIONS: readonly Operation[] = [getTier, setTier];
