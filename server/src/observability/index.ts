/** Exports for other slices. */
export { expectedCost, storeGatewayCalls } from "./gateway-calls.ts";
export { answerKey, claudeCodeKey, codexKey } from "./gateway-keys.ts";
export { type ArrivedUsage, observabilityHooks, type Usage } from "./hooks.ts";
export { keptFrom, retentionOf } from "./retention.ts";
export { highestDay, spentToday, sumsSince, type WindowSums } from "./store/limits.ts";
export { costsOfToday, heartbeatsOf, runsSince } from "./store/recent.ts";
export { type PastBatch, type PastUsage, pastBatches } from "./store/replay.ts";
export { taskCosts } from "./task-costs.ts";
export { toolCallOf } from "./tool-calls.ts";
