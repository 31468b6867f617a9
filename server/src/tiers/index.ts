/** Exports for other slices and for the command line. */
export { usageCounters } from "./hooks.ts";
export { getTier, setTier } from "./operations.ts";
export { listAllWorkspaces } from "./operator-store.ts";
export { lockWorkspace, requireBatchSize, requireFeature, requireRoom, requireRoomAsItIs, tierOf } from "./room.ts";
export type { Tier } from "./rules.ts";
export { TIER_NAMES } from "./schema.ts";
export { createStorageMeter } from "./storage-meter.ts";
export { getWorkspaceName, renameWorkspace } from "./store.ts";
