/** What other slices and the command line may use. */
export { usageCounters } from "./hooks.ts";
export { setTier } from "./operations.ts";
export { lockWorkspace, requireFeature, requireRoom } from "./room.ts";
export { TIER_NAMES } from "./schema.ts";
export { getWorkspaceName, renameWorkspace } from "./store.ts";
