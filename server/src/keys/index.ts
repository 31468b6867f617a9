/** Exports for other slices and for the start of the server. */
export { endKeyById, endKeysMadeBy, revokeAgentKeys } from "./end-keys.ts";
export { keyHooks } from "./hooks.ts";
export { makeKey } from "./make-key.ts";
export { findPeopleOfKey } from "./people.ts";
export { listKeysOfPerson } from "./store/adopt.ts";
export { billingModeOf, countUsableKeys, findPeopleBehind } from "./store/keys.ts";
export { stopKeys } from "./store/stop.ts";
