/** What other slices may use. */
export { type UsageCounter, usageCounters } from "./hooks.ts";
export { setTier } from "./operations.ts";
export { lockWorkspace, requireFeature, requireRoom, tierOf } from "./room.ts";
export type { CountedLimit, Feature, Tier } from "./rules.ts";
export { TIER_NAMES, type TierLimits, type TierName } from "./schema.ts";
export { getWorkspaceName } from "./store.ts";
export { TIERS } from "./tiers.ts";
