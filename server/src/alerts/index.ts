/** Exports for the hooks of other slices. */
export { countUnacknowledged } from "./store/events.ts";
export { countRules } from "./store/rule-rows.ts";
