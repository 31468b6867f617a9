/** Exports for other slices, the surfaces and the start of the server. */
export { personActor } from "./actors.ts";
export { type Credentials, createAuthenticate } from "./authenticate.ts";
export { leaseKey } from "./lease-keys.ts";
export { createLocalOwnerSession, createOwnerLink, createSignInLink, isOwnerKnown } from "./owner.ts";
export { keyPermissions, PERMISSION_TABLE, permissionsOf } from "./permissions.ts";
export { recognise, unchangedCallers } from "./recognise.ts";
export { type Limits, requireOwnWorkspace } from "./rules.ts";
export { mayShowLinks } from "./sign-in-link.ts";
export { findOwnWorkspace, isFirstWorkspace, listWorkspaces } from "./store/people.ts";
export { newKeyText, newToken } from "./tokens.ts";
