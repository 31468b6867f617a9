/** Exports for other slices. */
export { observabilityHooks } from "./hooks.ts";
export { costsOfToday, heartbeatsOf, runsSince } from "./store/recent.ts";
export { taskCosts } from "./task-costs.ts";
