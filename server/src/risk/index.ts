/** Exports for the hooks of other slices. */
export { headroomOf } from "./headroom.ts";
export { beginSpending } from "./spending.ts";
