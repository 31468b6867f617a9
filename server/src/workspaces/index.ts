/** Exports for other slices. */
export { findOwner } from "./store/members.ts";
