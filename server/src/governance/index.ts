/** Exports for the hooks of other slices. */
export { askForRoom } from "./blocked-start.ts";
export { endGrantsOf, endRequestsOf } from "./policy-changes.ts";
