/** Exports for agent actions and for the start of the server. */
export { connectionHooks } from "./hooks.ts";
export { chooseConnection, findActionTypes, validatePayload } from "./offered.ts";
export { resealConnections } from "./secrets.ts";
export { lookUp, noteUse, openConnection, SENDING_MS_MAX, sendAction } from "./sending.ts";
