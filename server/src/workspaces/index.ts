/** What other slices may use. */
export { findOwner } from "./store/members.ts";
