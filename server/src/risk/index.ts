/** Exports for the hooks of other slices. */
export { respend } from "../caps/index.ts";
export { headroomOf } from "./headroom.ts";
export { noteToolCall } from "./loops.ts";
export { beginSpending } from "./spending.ts";
