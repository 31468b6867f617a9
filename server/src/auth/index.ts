/** What other slices, the surfaces and the start of the server may use. */
export { REQUEST_LIMITS, type RequestLimits } from "./allowance-rules.ts";
export { drawRequests } from "./allowance-store.ts";
export { type Credentials, createAuthenticate } from "./authenticate.ts";
export { endKeysMadeBy, revokeAgentKeys } from "./end-keys.ts";
export { keyHooks } from "./hooks.ts";
export { createLocalOwnerSession, createOwnerLink, createSignInLink, isOwnerKnown } from "./owner.ts";
export { isFirstWorkspace } from "./people-store.ts";
export { PERMISSION_TABLE, permissionsOf } from "./permissions.ts";
export { recognise } from "./recognise.ts";
export { createRequestAllowances } from "./request-allowances.ts";
export { countUsableKeys, findOwner, findPeopleBehind } from "./store.ts";
