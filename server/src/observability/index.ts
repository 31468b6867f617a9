/** Exports for other slices. */
export { observabilityHooks } from "./hooks.ts";
export { costsOfToday, heartbeatsOf, runsSince } from "./store/recent.ts";
