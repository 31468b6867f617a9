/** Exports for other slices. */
export { observabilityHooks, type Usage } from "./hooks.ts";
export { spentToday, sumsSince, type WindowSums } from "./store/limits.ts";
export { costsOfToday, heartbeatsOf, runsSince } from "./store/recent.ts";
export { taskCosts } from "./task-costs.ts";
