/** What other slices and the composition of the server may use. */
export { endKeysMadeBy, revokeAgentKeys } from "./end-keys.ts";
export { keyHooks } from "./hooks.ts";
export { listKeysOfPerson } from "./store/adopt.ts";
export { countUsableKeys, findPeopleBehind } from "./store/keys.ts";
