/** Exports for other slices. */
export { findOwner, getMember } from "./store/members.ts";
