/** Exports for the hooks of other slices. */
export { endRulesOfMoved, endRulesOfTools } from "./changed-tools.ts";
export { holdStopped } from "./store/actions.ts";
