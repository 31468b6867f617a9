/** Exports for other slices. */
export { findOwner, getMember, listManagers, lockMember } from "./store/members.ts";
