/** Exports for other slices. */
export { findOwner, getMember, lockMember } from "./store/members.ts";
